#pragma once

// One line about what a debugged script has written to its snapshot, with buttons for what can be done about it. Hidden
// while there is nothing to say.

#include "widgets/parts/theme.h"

#include <QFrame>

class QBoxLayout;
class QPushButton;

namespace widgets {

class TonedLabel;

enum class WritesChoice { Apply, DebugAgain, ApplyAnyway, Discard, Undo, UndoAnyway, EndSync };
constexpr int kWritesChoiceCount = static_cast<int>(WritesChoice::EndSync) + 1;

struct WritesNotice {
    QString text = {};
    Role role = Role::Text;
    QList<WritesChoice> choices = {}; // of use now
    bool busy = false; // the choices wait for an answer
};

class WritesBar : public QFrame {
    Q_OBJECT

public:
    explicit WritesBar(const Theme& theme, QWidget* parent = nullptr);

    void show(const WritesNotice& notice);
    void clear() { setVisible(false); }

Q_SIGNALS:
    void chosen(widgets::WritesChoice choice);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    Role m_role = Role::Text;
    QBoxLayout* m_layout;
    TonedLabel* m_text;
    QPushButton* m_buttons[kWritesChoiceCount];
};

} // namespace widgets
