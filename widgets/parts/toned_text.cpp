#include "widgets/parts/toned_text.h"

#include <QPlainTextEdit>
#include <QTextBlock>
#include <QTextCursor>

namespace widgets {

namespace {

constexpr int kRoleProperty = QTextFormat::UserProperty + 1;

QTextCharFormat formatOf(const Theme& theme, Role role)
{
    QTextCharFormat format;
    format.setForeground(theme.color(role));
    format.setProperty(kRoleProperty, static_cast<int>(role));
    return format;
}

} // namespace

TonedLabel::TonedLabel(const Theme& theme, Role role, QWidget* parent) : QLabel(parent), m_theme(theme), m_role(role)
{
    connect(&theme, &Theme::changed, this, &TonedLabel::applyTheme);
    applyTheme();
}

void TonedLabel::setRole(Role role)
{
    m_role = role;
    applyTheme();
}

void TonedLabel::applyTheme()
{
    QPalette own = palette();
    own.setColor(QPalette::WindowText, m_theme.color(m_role));
    own.setColor(QPalette::Link, m_theme.color(Role::Accent));
    setPalette(own);
}

void appendToned(QPlainTextEdit& view, const Theme& theme, Role role, const QString& text)
{
    view.setCurrentCharFormat(formatOf(theme, role));
    view.appendPlainText(text);
}

void recolorToned(QPlainTextEdit& view, const Theme& theme)
{
    for (QTextBlock block = view.document()->begin(); block.isValid(); block = block.next()) {
        const auto fragment = block.begin();
        if (fragment.atEnd())
            continue;
        const QTextCharFormat format = fragment.fragment().charFormat();
        if (!format.hasProperty(kRoleProperty))
            continue;
        QTextCursor cursor(block);
        cursor.select(QTextCursor::BlockUnderCursor);
        cursor.mergeCharFormat(formatOf(theme, static_cast<Role>(format.intProperty(kRoleProperty))));
    }
}

} // namespace widgets
