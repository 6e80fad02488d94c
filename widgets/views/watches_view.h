#pragma once

// Watches, and a line to evaluate anything at the stop: with locals, on a throw-away snapshot.

#include "debugger/session_event.h"

#include <QWidget>

class QLineEdit;
class QTreeView;

namespace widgets {

class TonedLabel;
class Theme;
class WatchesModel;

class WatchesView : public QWidget {
    Q_OBJECT

public:
    explicit WatchesView(const Theme& theme, QWidget* parent = nullptr);

    WatchesModel& watches() { return *m_watches; }
    void addWatch(const QString& expression);
    void showEvaluated(const debugger::Evaluated& result);
    /// Whether a script waits, so that evaluating can work.
    void setStopped(bool stopped);

Q_SIGNALS:
    void evaluateWanted(const QString& code);

private:
    WatchesModel* m_watches;
    QTreeView* m_table;
    QLineEdit* m_code;
    TonedLabel* m_answer;
};

} // namespace widgets
