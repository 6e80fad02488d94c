#pragma once

// Log lines of scripts (redis.log) and of the program, by level. Bounded: the oldest lines go.

#include <QPlainTextEdit>

namespace widgets {

class Theme;

class LogView : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit LogView(const Theme& theme, QWidget* parent = nullptr);

    /// `level` as redis.log counts: 0 debug, 1 verbose, 2 notice, 3 warning.
    void add(int level, const QString& source, const QString& text);

private:
    const Theme& m_theme;
};

} // namespace widgets
