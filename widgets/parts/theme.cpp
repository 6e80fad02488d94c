#include "widgets/parts/theme.h"

namespace widgets {

namespace {

struct RoleColors {
    Role role;
    QRgb light;
    QRgb dark;
};

// Text on its ground keeps a contrast of at least 4.5 : 1 in both columns.
constexpr RoleColors kColors[] = {
    {Role::Window, 0xfff4f4f1, 0xff20242b},
    {Role::Base, 0xffffffff, 0xff181b20},
    {Role::AlternateBase, 0xfff8f8f5, 0xff1d2127},
    {Role::Text, 0xff1f2328, 0xffdfe3ea},
    {Role::MutedText, 0xff656b75, 0xff98a1b0},
    {Role::Border, 0xffd0d2cc, 0xff363d48},
    {Role::Accent, 0xffb3401a, 0xfff08a5d},
    {Role::AccentText, 0xffffffff, 0xff1a1206},
    {Role::Error, 0xffb3261e, 0xffff8a80},
    {Role::Warning, 0xff8a5a00, 0xffe8b04b},
    {Role::Success, 0xff1a6e3c, 0xff7fd49b},
    {Role::Added, 0xff1a6e3c, 0xff7fd49b},
    {Role::Removed, 0xffb3261e, 0xffff8a80},
    {Role::Changed, 0xff1f5fa8, 0xff8ab8f5},
    {Role::CurrentLine, 0xfffff0b3, 0xff4a4020},
    {Role::CaretLine, 0xfff3f3ee, 0xff23272e},
    {Role::Breakpoint, 0xffc62828, 0xffe5554d},
    {Role::Margin, 0xfff0f0ec, 0xff1d2127},
    {Role::Keyword, 0xff7a2e9e, 0xffcf9bee},
    {Role::RedisApi, 0xffb3401a, 0xfff08a5d},
    {Role::Library, 0xff0b6a75, 0xff6cc5d0},
    {Role::String, 0xff1a6e3c, 0xff9bd08a},
    {Role::Number, 0xff1f5fa8, 0xff8ab8f5},
    {Role::Comment, 0xff6b7078, 0xff8a93a1},
    {Role::Operator, 0xff3b4048, 0xffc3c9d3},
};
static_assert(std::size(kColors) == kRoleCount);

} // namespace

Theme::Theme(QObject* parent) : QObject(parent)
{
}

void Theme::choose(ThemeChoice choice)
{
    m_choice = choice;
    refresh();
}

void Theme::setSystemIsDark(bool dark)
{
    m_systemIsDark = dark;
    refresh();
}

void Theme::refresh()
{
    const bool dark = m_choice == ThemeChoice::Dark || (m_choice == ThemeChoice::System && m_systemIsDark);
    if (dark == m_dark)
        return;
    m_dark = dark;
    Q_EMIT changed();
}

QColor Theme::color(Role role) const
{
    const RoleColors& row = kColors[static_cast<int>(role)];
    Q_ASSERT(row.role == role);
    return QColor::fromRgb(m_dark ? row.dark : row.light);
}

QPalette Theme::palette() const
{
    // A selection is the accent laid thinly over the ground: text on it keeps its contrast, and red stays for errors.
    const QColor ground = color(Role::Base);
    const QColor accent = color(Role::Accent);
    const double share = m_dark ? 0.32 : 0.20;
    const auto blend = [share](int over, int under) { return int(share * over + (1 - share) * under); };
    const QColor selection(
        blend(accent.red(), ground.red()), blend(accent.green(), ground.green()), blend(accent.blue(), ground.blue()));
    QPalette result(color(Role::Text), color(Role::Window), color(Role::Base).lighter(m_dark ? 140 : 102),
        color(Role::Border), color(Role::MutedText), color(Role::Text), color(Role::Text), color(Role::Base),
        color(Role::Window));
    result.setColor(QPalette::AlternateBase, color(Role::AlternateBase));
    result.setColor(QPalette::Button, color(Role::Window));
    result.setColor(QPalette::ButtonText, color(Role::Text));
    result.setColor(QPalette::Highlight, selection);
    result.setColor(QPalette::HighlightedText, color(Role::Text));
    result.setColor(QPalette::PlaceholderText, color(Role::MutedText));
    result.setColor(QPalette::ToolTipBase, color(Role::Base));
    result.setColor(QPalette::ToolTipText, color(Role::Text));
    result.setColor(QPalette::Link, color(Role::Accent));
    result.setColor(QPalette::BrightText, color(Role::Error));
    for (const auto disabled : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        result.setColor(QPalette::Disabled, disabled, color(Role::MutedText));
    result.setColor(QPalette::Disabled, QPalette::Highlight, color(Role::Border));
    return result;
}

} // namespace widgets
