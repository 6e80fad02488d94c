#include "app/clock_controller.h"

#include "app/main_window.h"
#include "app/sync_controller.h"
#include "widgets/link/engine_link.h"
#include "widgets/views/clock_panel.h"
#include "widgets/views/listener_panel.h"

namespace app {

ClockController::ClockController(
    engine::MovableClock& clock, MainWindow& window, SyncController& sync, widgets::EngineLink& engine)
    : m_clock(clock), m_window(window), m_sync(sync), m_engine(engine)
{
    widgets::ClockPanel* panel = window.views().clock;
    connect(panel, &widgets::ClockPanel::liveWanted, this, &ClockController::goLive);
    connect(panel, &widgets::ClockPanel::speedWanted, this,
        [this](double speed) { move([&] { m_clock.setSpeed(speed); }); });
    connect(panel, &widgets::ClockPanel::advanceWanted, this,
        [this](qint64 micros) { move([&] { m_clock.advance(std::chrono::microseconds(micros)); }); });
    connect(panel, &widgets::ClockPanel::jumpWanted, this,
        [this](qint64 micros) { move([&] { m_clock.jump({micros}); }); });
    connect(&m_refresh, &QTimer::timeout, this, &ClockController::show);
    m_refresh.start(std::chrono::milliseconds(250));
    show();
}

void ClockController::toggleFrozen()
{
    move([this] { m_clock.setSpeed(isFrozen() ? 1 : 0); });
}

void ClockController::goLive()
{
    move([this] { m_clock.goLive(); });
}

void ClockController::advance()
{
    move([this] { m_clock.advance(std::chrono::microseconds(m_window.views().clock->step())); });
}

void ClockController::move(const std::function<void()>& change)
{
    if (!m_sync.refuses(tr("The clock cannot be moved"))) {
        change();
        m_engine.clockMoved();
    }
    show();
    Q_EMIT changed();
}

void ClockController::show()
{
    const engine::MovableClock::Setting setting = m_clock.setting();
    m_window.views().clock->showSetting(setting);
    m_window.showClockStatus(tr("Clock %1").arg(widgets::clockText(setting)), !setting.live);
    m_window.views().listener->showClock(
        setting.live ? QString() : tr("Clients see a clock that is %1.").arg(widgets::clockText(setting)));
}

} // namespace app
