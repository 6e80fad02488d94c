#pragma once

// A console on the engine: redis-cli's look, history with the arrow keys, completion from the command table.

#include "engine/base/bytes.h"
#include "engine/resp/reply.h"

#include <QWidget>

#include <vector>

class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace engine {
class CommandTable;
}

namespace widgets {

class Theme;
class TonedLabel;

class ConsoleView : public QWidget {
    Q_OBJECT

public:
    /// `theme` and `commands` outlive the view.
    ConsoleView(const Theme& theme, const engine::CommandTable& commands, QWidget* parent = nullptr);

    void showReply(const engine::Reply& reply, int database);
    QStringList history() const { return m_history; }
    void setHistory(const QStringList& lines);

Q_SIGNALS:
    void submitted(const std::vector<engine::Bytes>& argv);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void submit();
    void recall(int by);
    void showHint();
    void append(const QString& text, bool isInput);

    const Theme& m_theme;
    const engine::CommandTable& m_commands;
    QPlainTextEdit* m_output;
    QLabel* m_prompt;
    TonedLabel* m_hint;
    QLineEdit* m_input;
    QStringList m_history;
    int m_recalled = 0; // == size: the line being written
    int m_database = 0;
};

} // namespace widgets
