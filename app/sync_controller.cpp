#include "app/sync_controller.h"

#include "app/main_window.h"
#include "widgets/models/writes_text.h"
#include "widgets/views/log_view.h"

#include <QStatusBar>

namespace app {

namespace {

std::vector<debugger::TouchedKey> writtenKeys(const engine::KeyspaceDiff& changes)
{
    std::vector<debugger::TouchedKey> keys;
    for (const engine::KeyChange& change : changes.keys)
        keys.push_back({.database = change.database, .key = change.key, .written = true});
    return keys;
}

} // namespace

SyncController::SyncController(MainWindow& window, widgets::EngineLink& engine) : m_window(window), m_engine(engine)
{
}

bool SyncController::refuses(const QString& what)
{
    if (m_holds)
        say(tr("%1 in a sync session: Shift+F5 ends it.").arg(what));
    return m_holds;
}

void SyncController::take(std::function<void(std::optional<Ground>)> done)
{
    m_engine.holdGround([this, done = std::move(done)](std::optional<Ground> ground) {
        if (ground)
            setHolds(true);
        else
            say(tr("The sync session cannot begin now. %1").arg(widgets::heldText(debugger::Holder::OtherSession)));
        done(std::move(ground));
    });
}

void SyncController::keep(const engine::Bytes& script, const Ground& ground, const debugger::Ended& end,
    std::function<void(const debugger::ApplyReport&)> done)
{
    m_engine.keepWrites(script,
        {.start = ground.dataset,
            .now = ground.now,
            .dataset = end.dataset,
            .effects = end.effects,
            .touched = writtenKeys(end.changes)},
        std::move(done));
    setHolds(false);
}

void SyncController::drop()
{
    if (!m_holds)
        return;
    m_engine.release();
    setHolds(false);
}

void SyncController::setHolds(bool holds)
{
    m_holds = holds;
    m_window.showSyncStatus(
        holds ? tr("Sync session: everybody else waits; its writes stay. Shift+F5 ends it.") : QString());
}

void SyncController::say(const QString& text)
{
    m_window.statusBar()->showMessage(text);
    m_window.views().log->add(3, tr("debugger"), text);
}

} // namespace app
