#pragma once

// "When did this variable change?" and "who wrote this key?": a question to the recording, and its answers, each of
// which can be travelled to.

#include "debugger/session_event.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QPushButton;

namespace widgets {

class HistoryModel;
class TonedLabel;
class Theme;
class ValueTree;

class HistoryView : public QWidget {
    Q_OBJECT

public:
    explicit HistoryView(const Theme& theme, QWidget* parent = nullptr);

    /// Asks, as if a person had typed it here.
    void askVariable(const QString& name);
    void askKey(int database, const engine::Bytes& key);
    /// Puts the keyboard where a name is typed.
    void focusQuestion();

    /// Whether there is a recording to ask.
    void setCanAsk(bool can);
    void showVariable(const debugger::VariableHistory& history);
    void showKey(const debugger::KeyHistory& history);
    void showProgress(debugger::Moment moment, debugger::Moment target);
    /// The question was given up, or could not be answered.
    void showFailed(const QString& why);
    void clear();

Q_SIGNALS:
    void variableWanted(const engine::Bytes& name);
    void keyWanted(int database, const engine::Bytes& key);
    void cancelWanted();
    void momentChosen(debugger::Moment moment);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    enum Subject { Variable, Key };

    void ask();
    void setSearching(bool searching);
    void showAnswer(const QString& text, const QString& emptyText);
    void goToRow(int row);

    QComboBox* m_subject;
    QLineEdit* m_name;
    QPushButton* m_find;
    QPushButton* m_cancel;
    TonedLabel* m_state;
    ValueTree* m_list;
    HistoryModel* m_history;
    // The key whose text is in the line: a text does not tell every byte.
    engine::Bytes m_key;
    QString m_keyText;
    int m_database = 0;
    bool m_canAsk = false;
};

} // namespace widgets
