#include "widgets/views/log_view.h"

#include "widgets/parts/theme.h"

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
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setPlaceholderText(tr("What scripts write with redis.log appears here, and what the program has to say."));
}

void LogView::add(int level, const QString& source, const QString& text)
{
    constexpr const char* kLevels[] = {
        QT_TR_NOOP("debug"), QT_TR_NOOP("verbose"), QT_TR_NOOP("notice"), QT_TR_NOOP("warning")};
    constexpr Role kRoles[] = {Role::MutedText, Role::MutedText, Role::Text, Role::Warning};
    level = std::clamp(level, 0, 3);
    QTextCharFormat format;
    format.setForeground(m_theme.color(kRoles[level]));
    setCurrentCharFormat(format);
    appendPlainText(
        QStringLiteral("%1  %2  %3  %4")
            .arg(QTime::currentTime().toString(QStringLiteral("HH:mm:ss.zzz")), tr(kLevels[level]), source, text));
}

} // namespace widgets
