#pragma once

// The call stack: choosing a frame shows its variables and its line.

#include "engine/script/lua_view.h"

#include <QTreeView>

namespace widgets {

class StackModel;
class Theme;

class StackView : public QTreeView {
    Q_OBJECT

public:
    explicit StackView(const Theme& theme, QWidget* parent = nullptr);

    void showFrames(std::vector<engine::LuaFrame> frames);
    void clear() { showFrames({}); }

Q_SIGNALS:
    /// `line` is the frame's line in the script; 0: none.
    void frameChosen(int frame, int line);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    StackModel* m_stack;
};

} // namespace widgets
