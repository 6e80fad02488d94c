#pragma once

// "1 key", "2 keys": the plural of texts that no translation has taken over.

#include <QString>

namespace widgets {

/// `text` is what tr() gave for "%n key(s)" with the same count. A translation brings its own plurals and is left
/// alone.
inline QString counted(QString text, qint64 count)
{
    return text.replace(QLatin1String("(s)"), QLatin1String(count == 1 ? "" : "s"));
}

} // namespace widgets
