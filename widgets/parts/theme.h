#pragma once

// Colours by role. A view asks for a role, never for a colour, so that light, dark and whatever comes later are rows of
// one table.

#include <QColor>
#include <QObject>
#include <QPalette>

namespace widgets {

enum class Role {
    Window,
    Base,
    AlternateBase,
    Text,
    MutedText,
    Border,
    Accent,
    AccentText,
    Error,
    Warning,
    Success,
    Added,
    Removed,
    Changed,
    CurrentLine,
    CaretLine,
    Breakpoint,
    Margin,
    Keyword,
    RedisApi,
    Library,
    String,
    Number,
    Comment,
    Operator,
};
constexpr int kRoleCount = static_cast<int>(Role::Operator) + 1;

enum class ThemeChoice { System, Light, Dark };

/// The colours in force. One object an application, handed to whoever draws. Thread: GUI.
class Theme : public QObject {
    Q_OBJECT

public:
    explicit Theme(QObject* parent = nullptr);

    ThemeChoice choice() const { return m_choice; }
    void choose(ThemeChoice choice);
    /// What the desktop prefers, as far as it says so; used while the choice is System.
    void setSystemIsDark(bool dark);

    bool isDark() const { return m_dark; }
    QColor color(Role role) const;
    /// The palette for QApplication.
    QPalette palette() const;

Q_SIGNALS:
    void changed();

private:
    void refresh();

    ThemeChoice m_choice = ThemeChoice::System;
    bool m_systemIsDark = false;
    bool m_dark = false;
};

} // namespace widgets
