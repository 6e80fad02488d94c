#include "widgets/views/log_view.h"

#include "widgets/parts/toned_text.h"

#include <QFontDatabase>
#include <QTime>

#include <algorithm>

namespace widgets {

LogView::LogView(const Theme& theme, QWidget* parent) : QPlainTextEdit(parent), m_theme(theme)
{
    setObjectName(QStringLiteral("logView"));
    setAccessibleName(tr("Log"));
    setReadOnly(true);
    setMaximumBlockCount(10'000);
    // Long lines are scrolled to: wrapping thousands of them would hold the window up.
    setLineWrapMode(NoWrap);
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setPlaceholderText(tr("What scripts write with redis.log appears here, and what the program has to say."));
    connect(&theme, &Theme::changed, this, [this] { recolorToned(*this, m_theme); });
}

void LogView::add(int level, const QString& source, const QString& text)
{
    constexpr const char* kLevels[] = {
        QT_TR_NOOP("debug"), QT_TR_NOOP("verbose"), QT_TR_NOOP("notice"), QT_TR_NOOP("warning")};
    constexpr Role kRoles[] = {Role::MutedText, Role::MutedText, Role::Text, Role::Warning};
    level = std::clamp(level, 0, 3);
    constexpr qsizetype kLongestLine = 2'000;
    const QString shown = text.size() > kLongestLine ? text.left(kLongestLine) + QChar(0x2026) : text;
    appendToned(*this, m_theme, kRoles[level],
        QStringLiteral("%1  %2  %3  %4")
            .arg(QTime::currentTime().toString(QStringLiteral("HH:mm:ss.zzz")), tr(kLevels[level]), source, shown));
}

} // namespace widgets
