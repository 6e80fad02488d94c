#pragma once

// Moves the engine's clock as the person wants, tells the engine, and shows everywhere what the clock does.

// Qt first: moc 6.4 stumbles over <compare> as the first header of the standard library.
#include <QObject>
#include <QTimer>

#include <functional>

#include "engine/base/movable_clock.h"

namespace widgets {
class EngineLink;
}

namespace app {

class MainWindow;
class SyncController;

class ClockController : public QObject {
    Q_OBJECT

public:
    /// All outlive the controller.
    ClockController(engine::MovableClock& clock, MainWindow& window, SyncController& sync, widgets::EngineLink& engine);

    bool isFrozen() const { return m_clock.speed() == 0; }
    void toggleFrozen();
    void goLive();
    /// By the panel's amount.
    void advance();

Q_SIGNALS:
    void changed();

private:
    /// Unless a sync session holds the data, which is said.
    void move(const std::function<void()>& change);
    void show();

    engine::MovableClock& m_clock;
    MainWindow& m_window;
    SyncController& m_sync;
    widgets::EngineLink& m_engine;
    QTimer m_refresh; // while it moves
};

} // namespace app
