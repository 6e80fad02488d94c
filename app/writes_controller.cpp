#include "app/writes_controller.h"

#include "app/main_window.h"
#include "widgets/models/counted_text.h"
#include "widgets/models/writes_text.h"
#include "widgets/views/changes_view.h"
#include "widgets/views/log_view.h"

#include <QMessageBox>
#include <QPushButton>
#include <QStatusBar>

namespace app {

using debugger::ApplyOutcome;
using debugger::OnConflict;
using widgets::Role;
using widgets::WritesChoice;

namespace {

constexpr std::size_t kNamedInQuestion = 10;

} // namespace

WritesController::WritesController(MainWindow& window, widgets::EngineLink& engine) : m_window(window), m_engine(engine)
{
    connect(&window.views().changes->writes(), &widgets::WritesBar::chosen, this, &WritesController::choose);
}

void WritesController::begin(SessionKind kind)
{
    ++m_session;
    m_hasSession = true;
    m_kind = kind;
    m_isApplied = false;
    showRunning();
}

void WritesController::showRunning()
{
    m_canApply = false;
    if (!m_isApplied && !m_busy && !isSync())
        m_window.views().changes->writes().clear();
    Q_EMIT stateChanged();
}

void WritesController::showStop(const debugger::Stopped& stop)
{
    offer(stop.changes, false);
}

void WritesController::showEnd(const debugger::Ended& end)
{
    offer(end.changes, true);
}

void WritesController::offer(const engine::KeyspaceDiff& changes, bool atEnd)
{
    m_changes = changes;
    const auto count = static_cast<qint64>(changes.keys.size() + changes.keysLeftOut);
    m_offer = offerOf(count, atEnd);
    // What was applied is not applied again, on top of itself.
    m_canApply = m_kind == SessionKind::Snapshot && count > 0 && !m_isApplied && !m_busy;
    if (m_isApplied && !m_busy)
        showSinceApplied();
    else if (!m_busy && (count > 0 || isSync()))
        show(m_offer);
    else if (!m_busy)
        m_window.views().changes->writes().clear();
    Q_EMIT stateChanged();
}

widgets::WritesNotice WritesController::offerOf(qint64 keys, bool atEnd) const
{
    const QString number = widgets::counted(tr("%n key(s)", nullptr, static_cast<int>(keys)), keys);
    if (m_kind == SessionKind::Recording)
        return {.text = tr("This is a recording: what it wrote can be looked at, not applied.")};
    if (m_kind == SessionKind::Sync && keys == 0)
        return {.text = tr("Sync session: everybody else waits. Up to here nothing is written; Shift+F5 ends it so."),
            .role = Role::Warning,
            .choices = {WritesChoice::EndSync}};
    if (m_kind == SessionKind::Sync)
        return {.text = tr("Sync session: everybody else waits. Up to here %1 changed: written to the live data at the "
                           "script's end, or here by Shift+F5.")
                            .arg(number),
            .role = Role::Warning,
            .choices = {WritesChoice::EndSync}};
    if (atEnd)
        return {.text = tr("The script changed %1, on its snapshot alone: the live data are as they were.").arg(number),
            .role = Role::Warning,
            .choices = {WritesChoice::Apply, WritesChoice::Discard}};
    return {
        .text =
            tr("So far the script has changed %1, on its snapshot alone: the live data are as they were.").arg(number),
        .choices = {WritesChoice::Apply}};
}

void WritesController::showKeeping(const engine::KeyspaceDiff& changes)
{
    m_changes = m_appliedChanges = changes;
    m_keptSession = m_session;
    m_busy = true;
    m_canApply = false;
    show({.text = tr("Writing to the live data…"), .busy = true});
    Q_EMIT stateChanged();
}

void WritesController::showKept(const debugger::ApplyReport& report)
{
    m_busy = false;
    m_isApplied = m_keptSession == m_session || !m_hasSession;
    tell(report.outcome == ApplyOutcome::Done,
        {.text = widgets::keptText(report),
            .role = report.outcome != ApplyOutcome::Done ? Role::Error
                : report.different.empty()               ? Role::Success
                                                         : Role::Warning});
    m_window.raise(m_window.views().changes);
}

void WritesController::showDropped()
{
    m_kind = SessionKind::Snapshot;
    showRunning();
}

void WritesController::showSinceApplied()
{
    widgets::WritesNotice notice = m_appliedNotice;
    if (m_changes != m_appliedChanges) {
        notice.text += QLatin1Char(' ')
            + tr("That was at another moment: what is shown here is on the session's snapshot. To go on from the live "
                 "data, debug again.");
        notice.choices.prepend(WritesChoice::DebugAgain);
    }
    show(notice);
}

void WritesController::end()
{
    ++m_session;
    m_hasSession = false;
    m_canApply = false;
    if (!m_isApplied && !m_busy)
        m_window.views().changes->writes().clear();
}

void WritesController::choose(WritesChoice choice)
{
    switch (choice) {
    case WritesChoice::Apply:
        return apply();
    case WritesChoice::Discard:
        return Q_EMIT discardWanted();
    case WritesChoice::EndSync:
        return Q_EMIT endWanted();
    case WritesChoice::DebugAgain:
        return Q_EMIT restartWanted();
    case WritesChoice::Undo:
        return undo();
    case WritesChoice::ApplyAnyway:
        if (confirm(tr("Apply over other writes"),
                tr("Since the session took its snapshot, somebody else has touched keys that the script "
                   "used:\n\n%1.\n\n"
                   "The script's commands would be done on what is there now; what others have written may be lost.")
                    .arg(widgets::conflictsText(m_refused, kNamedInQuestion)),
                tr("Apply Anyway")))
            ask(OnConflict::WriteAnyway);
        return;
    case WritesChoice::UndoAnyway:
        if (confirm(tr("Take back over other writes"),
                tr("Since the writes were applied, somebody else has touched these keys:\n\n%1.\n\nWhat was written to "
                   "them since would be lost.")
                    .arg(widgets::conflictsText(m_refused, kNamedInQuestion)),
                tr("Take Back Anyway")))
            undo(OnConflict::WriteAnyway);
        return;
    }
}

bool WritesController::confirm(const QString& title, const QString& question, const QString& button)
{
    QMessageBox box(QMessageBox::Warning, title, question, QMessageBox::Cancel, &m_window);
    box.setTextFormat(Qt::PlainText);
    QAbstractButton* yes = box.addButton(button, QMessageBox::DestructiveRole);
    yes->setObjectName(QStringLiteral("confirmButton"));
    box.setDefaultButton(QMessageBox::Cancel);
    box.exec();
    return box.clickedButton() == yes;
}

void WritesController::ask(OnConflict onConflict)
{
    if (!m_canApply || m_busy)
        return;
    m_onConflict = onConflict;
    Q_EMIT writesWanted();
}

void WritesController::take(const debugger::WritesTold& told)
{
    if (m_busy)
        return;
    m_busy = true;
    m_canApply = false;
    m_appliedChanges = m_changes;
    show({.text = tr("Writing to the live data…"), .busy = true});
    m_engine.applyWrites(told.writes, m_onConflict, [this, session = m_session](const debugger::ApplyReport& report) {
        m_busy = false;
        // Whatever has happened meanwhile: it has been done, and is to be seen.
        if (session == m_session || report.outcome == ApplyOutcome::Done)
            showApplied(report, session == m_session);
        else
            m_window.views().changes->writes().clear();
    });
    Q_EMIT stateChanged();
}

void WritesController::showApplied(const debugger::ApplyReport& report, bool byThisSession)
{
    widgets::WritesNotice notice{.text = widgets::applyText(report), .role = Role::Error};
    switch (report.outcome) {
    case ApplyOutcome::Done:
        m_applied = report.applied;
        m_isApplied = byThisSession || !m_hasSession;
        notice.role = report.different.empty() ? Role::Success : Role::Warning;
        notice.choices = {WritesChoice::Undo};
        break;
    case ApplyOutcome::Conflict:
        m_refused = report;
        notice.choices = {WritesChoice::DebugAgain, WritesChoice::ApplyAnyway, WritesChoice::Discard};
        break;
    case ApplyOutcome::Held:
        notice.choices = {WritesChoice::Apply, WritesChoice::Discard};
        break;
    case ApplyOutcome::Refused:
        notice.choices = {WritesChoice::DebugAgain, WritesChoice::Discard};
        break;
    }
    m_canApply = m_hasSession && !m_isApplied;
    m_window.raise(m_window.views().changes);
    tell(report.outcome == ApplyOutcome::Done, notice);
}

// In the bar, the status bar and the log; and again when another moment is shown.
void WritesController::tell(bool done, const widgets::WritesNotice& notice)
{
    m_window.views().log->add(done ? 2 : 3, tr("debugger"), notice.text);
    m_window.statusBar()->showMessage(notice.text);
    m_engine.readStatus();
    m_appliedNotice = notice;
    show(notice);
    Q_EMIT stateChanged();
}

void WritesController::undo(OnConflict onConflict)
{
    if (!canUndo())
        return;
    m_busy = true;
    show({.text = tr("Taking back what was written to the live data…"), .busy = true});
    m_engine.undoWrites(*m_applied, onConflict, [this](const debugger::ApplyReport& report) {
        m_busy = false;
        showUndone(report);
    });
    Q_EMIT stateChanged();
}

void WritesController::showUndone(const debugger::ApplyReport& report)
{
    widgets::WritesNotice notice{.text = widgets::undoText(report), .role = Role::Error};
    if (report.outcome == ApplyOutcome::Done) {
        m_applied.reset();
        notice.role = Role::Success;
        // As before it was applied.
        if (m_hasSession && m_isApplied) {
            m_canApply = true;
            notice.choices = m_offer.choices;
        }
        m_isApplied = false;
    } else {
        m_refused = report;
        notice.choices = {report.outcome == ApplyOutcome::Conflict ? WritesChoice::UndoAnyway : WritesChoice::Undo};
    }
    m_window.views().log->add(report.outcome == ApplyOutcome::Done ? 2 : 3, tr("debugger"), notice.text);
    m_window.statusBar()->showMessage(notice.text);
    m_engine.readStatus();
    show(notice);
    Q_EMIT stateChanged();
}

void WritesController::show(widgets::WritesNotice notice)
{
    m_window.views().changes->writes().show(notice);
}

} // namespace app
