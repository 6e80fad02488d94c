#include "app/history_controller.h"

#include "app/main_window.h"
#include "widgets/editor/lua_editor.h"
#include "widgets/editor/script_tabs.h"
#include "widgets/models/value_text.h"
#include "widgets/views/changes_view.h"
#include "widgets/views/history_view.h"
#include "widgets/views/variables_view.h"

#include <QApplication>

namespace app {

HistoryController::HistoryController(MainWindow& window) : m_window(window)
{
    const Views& views = window.views();
    widgets::HistoryView* history = views.history;
    connect(history, &widgets::HistoryView::variableWanted, this, &HistoryController::askVariable);
    connect(history, &widgets::HistoryView::keyWanted, this, &HistoryController::askKey);
    connect(history, &widgets::HistoryView::cancelWanted, this, &HistoryController::cancel);
    connect(history, &widgets::HistoryView::momentChosen, this, [this](debugger::Moment moment) {
        if (send)
            send(debugger::SeekRequest{moment});
    });
    connect(views.variables, &widgets::VariablesView::historyWanted, history, &widgets::HistoryView::askVariable);
    connect(views.changes, &widgets::ChangesView::historyWanted, history, &widgets::HistoryView::askKey);
}

void HistoryController::askHere()
{
    const Views& views = m_window.views();
    QWidget* focus = QApplication::focusWidget();
    widgets::ScriptPage* page = views.scripts->current();
    m_window.raise(views.history);
    if (focus == views.variables && !views.variables->currentVariable().isEmpty())
        return views.history->askVariable(views.variables->currentVariable());
    if (focus && views.changes->isAncestorOf(focus) && views.changes->currentKey())
        return views.history->askKey(views.changes->currentKey()->database, views.changes->currentKey()->key);
    const QString word = page && focus == &page->editor() ? page->editor().wordAtCaret() : QString();
    if (!word.isEmpty())
        return views.history->askVariable(word);
    views.history->focusQuestion();
}

void HistoryController::askVariable(const engine::Bytes& name)
{
    m_window.raise(m_window.views().history);
    m_returnTo = m_place;
    m_asked = send ? send(debugger::VariableHistoryRequest{name}) : 0;
}

void HistoryController::askKey(int database, const engine::Bytes& key)
{
    m_window.raise(m_window.views().history);
    m_returnTo = m_place;
    m_asked = send ? send(debugger::KeyHistoryRequest{database, key}) : 0;
}

void HistoryController::cancel()
{
    // The session stops where the search is; it is sent back from there.
    if (m_asked != 0 && m_cancelled == 0 && send)
        m_cancelled = send(debugger::PauseRequest());
}

bool HistoryController::takes(const debugger::SessionEvent& event)
{
    const auto* failed = std::get_if<debugger::Failed>(&event.body);
    if (failed && m_cancelled != 0 && event.cause == m_cancelled) {
        // The search was over before it could be given up.
        m_cancelled = 0;
        return true;
    }
    if (failed && m_asked != 0 && event.cause == m_asked) {
        m_asked = 0;
        m_window.views().history->showFailed(widgets::textOf(failed->text));
        return true;
    }
    const auto* stopped = std::get_if<debugger::Stopped>(&event.body);
    if (!stopped || m_asked == 0 || m_cancelled == 0 || stopped->reason != debugger::StopReason::Pause)
        return false;
    m_asked = m_cancelled = 0;
    m_window.views().history->showFailed(tr("The search was given up."));
    if (m_returnTo)
        send(debugger::SeekRequest{*m_returnTo});
    else
        send(debugger::MoveRequest{debugger::Move::ToEnd});
    return true;
}

void HistoryController::setCanAsk(bool can)
{
    m_window.views().history->setCanAsk(can);
}

void HistoryController::show(const debugger::VariableHistory& history)
{
    m_asked = 0;
    m_window.views().history->showVariable(history);
}

void HistoryController::show(const debugger::KeyHistory& history)
{
    m_asked = 0;
    m_window.views().history->showKey(history);
}

void HistoryController::show(const debugger::Progress& progress)
{
    if (m_asked != 0)
        m_window.views().history->showProgress(progress.moment, progress.target);
}

void HistoryController::clear()
{
    m_asked = m_cancelled = 0;
    m_place.reset();
    m_window.views().history->clear();
}

} // namespace app
