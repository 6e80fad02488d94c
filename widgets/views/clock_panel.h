#pragma once

// The engine's clock, and how it is moved: stood still, stepped, sped up, put to a moment, or given back to the system.

// Qt first: moc 6.4 stumbles over <compare> as the first header of the standard library.
#include <QWidget>

#include "engine/base/movable_clock.h"

class QComboBox;
class QDateTimeEdit;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace widgets {

class Theme;
class TonedLabel;

/// "as the system's", "stands still at …", "60 times as fast, now …", "ahead by 1 h 0 min 5 s".
QString clockText(const engine::MovableClock::Setting& setting);

class ClockPanel : public QWidget {
    Q_OBJECT

public:
    explicit ClockPanel(const Theme& theme, QWidget* parent = nullptr);

    void showSetting(const engine::MovableClock::Setting& setting);
    /// What "Advance" moves the clock by, in microseconds.
    qint64 step() const;

Q_SIGNALS:
    void liveWanted();
    /// 0: to stand still.
    void speedWanted(double speed);
    void advanceWanted(qint64 micros);
    /// Microseconds since 1970.
    void jumpWanted(qint64 micros);

private:
    void connectParts();

    QLabel* m_time;
    TonedLabel* m_state;
    QPushButton* m_freeze;
    QPushButton* m_live;
    QSpinBox* m_amount;
    QComboBox* m_unit;
    QPushButton* m_advance;
    QDoubleSpinBox* m_speed;
    QPushButton* m_setSpeed;
    QDateTimeEdit* m_moment;
    QPushButton* m_jump;
    bool m_frozen = false;
};

} // namespace widgets
