#pragma once

// Text in a colour of the theme that follows when the theme changes while it is shown.

#include "widgets/parts/theme.h"

#include <QLabel>

class QPlainTextEdit;

namespace widgets {

class TonedLabel : public QLabel {
    Q_OBJECT

public:
    /// `theme` outlives the label.
    explicit TonedLabel(const Theme& theme, Role role = Role::Text, QWidget* parent = nullptr);

    void setRole(Role role);

private:
    void applyTheme();

    const Theme& m_theme;
    Role m_role;
};

/// Appends a paragraph in the colour of a role.
void appendToned(QPlainTextEdit& view, const Theme& theme, Role role, const QString& text);
/// Gives every paragraph that `appendToned` wrote its role's colour again. Cost: the paragraphs.
void recolorToned(QPlainTextEdit& view, const Theme& theme);

} // namespace widgets
