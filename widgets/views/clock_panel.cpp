#include "widgets/views/clock_panel.h"

#include "widgets/parts/toned_text.h"

#include <QComboBox>
#include <QDateTimeEdit>
#include <QDoubleSpinBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <array>

namespace widgets {

namespace {

constexpr qint64 kMicrosAMilli = 1000;
constexpr qint64 kMicrosASecond = 1'000'000;
constexpr qint64 kSecondsAMinute = 60;
constexpr qint64 kSecondsAnHour = 3600;
constexpr qint64 kSecondsADay = 86'400;

struct Unit {
    const char* name;
    qint64 micros;
};

constexpr std::array kUnits{
    Unit{QT_TRANSLATE_NOOP("widgets::ClockPanel", "milliseconds"), kMicrosAMilli},
    Unit{QT_TRANSLATE_NOOP("widgets::ClockPanel", "seconds"), kMicrosASecond},
    Unit{QT_TRANSLATE_NOOP("widgets::ClockPanel", "minutes"), kSecondsAMinute* kMicrosASecond},
    Unit{QT_TRANSLATE_NOOP("widgets::ClockPanel", "hours"), kSecondsAnHour* kMicrosASecond},
    Unit{QT_TRANSLATE_NOOP("widgets::ClockPanel", "days"), kSecondsADay* kMicrosASecond},
};
constexpr int kSeconds = 1; // index in kUnits

QDateTime momentOf(engine::UnixMicros moment)
{
    return QDateTime::fromMSecsSinceEpoch(moment.value / kMicrosAMilli);
}

QString momentText(engine::UnixMicros moment)
{
    return momentOf(moment).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

// The two largest parts: "2 d 3 h", "1 min 5 s", "0.5 s".
QString durationText(qint64 micros)
{
    const qint64 seconds = micros / kMicrosASecond;
    const auto two = [](qint64 first, const QString& firstUnit, qint64 second, const QString& secondUnit) {
        return second == 0 ? QStringLiteral("%1 %2").arg(first).arg(firstUnit)
                           : QStringLiteral("%1 %2 %3 %4").arg(first).arg(firstUnit).arg(second).arg(secondUnit);
    };
    if (seconds >= kSecondsADay)
        return two(
            seconds / kSecondsADay, ClockPanel::tr("d"), seconds % kSecondsADay / kSecondsAnHour, ClockPanel::tr("h"));
    if (seconds >= kSecondsAnHour)
        return two(seconds / kSecondsAnHour, ClockPanel::tr("h"), seconds % kSecondsAnHour / kSecondsAMinute,
            ClockPanel::tr("min"));
    if (seconds >= kSecondsAMinute)
        return two(seconds / kSecondsAMinute, ClockPanel::tr("min"), seconds % kSecondsAMinute, ClockPanel::tr("s"));
    return QStringLiteral("%1 %2")
        .arg(static_cast<double>(micros) / kMicrosASecond, 0, 'g', 3)
        .arg(ClockPanel::tr("s"));
}

// Without the zeros that nobody needs: "60 ×", "0.5 ×".
class SpeedBox final : public QDoubleSpinBox {
public:
    QString textFromValue(double value) const override { return locale().toString(value, 'g', 7); }
};

} // namespace

QString clockText(const engine::MovableClock::Setting& setting)
{
    if (setting.live)
        return ClockPanel::tr("live");
    if (setting.speed == 0)
        return ClockPanel::tr("frozen at %1").arg(momentText(setting.now));
    if (setting.speed != 1)
        return ClockPanel::tr("%1 times as fast, now %2").arg(setting.speed).arg(momentText(setting.now));
    const qint64 ahead = setting.ahead.count();
    return ahead >= 0 ? ClockPanel::tr("ahead by %1").arg(durationText(ahead))
                      : ClockPanel::tr("behind by %1").arg(durationText(-ahead));
}

ClockPanel::ClockPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_time(new QLabel), m_state(new TonedLabel(theme)), m_freeze(new QPushButton),
      m_live(new QPushButton(tr("Live"))), m_amount(new QSpinBox), m_unit(new QComboBox),
      m_advance(new QPushButton(tr("Advance"))), m_speed(new SpeedBox), m_setSpeed(new QPushButton(tr("Run"))),
      m_moment(new QDateTimeEdit), m_jump(new QPushButton(tr("Jump")))
{
    QFont large = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    large.setPointSizeF(large.pointSizeF() * 1.4);
    m_time->setFont(large);
    m_time->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_state->setWordWrap(true);
    m_live->setToolTip(tr("Give the clock back to the system"));
    m_amount->setRange(-1'000'000, 1'000'000);
    m_amount->setValue(1);
    for (const Unit& unit : kUnits)
        m_unit->addItem(tr(unit.name));
    m_unit->setCurrentIndex(kSeconds);
    m_speed->setRange(0.001, engine::MovableClock::kFastest);
    m_speed->setDecimals(3);
    m_speed->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    m_speed->setValue(60);
    m_speed->setSuffix(tr(" ×"));
    m_moment->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    m_moment->setCalendarPopup(true);
    m_moment->setDateTimeRange(momentOf(engine::MovableClock::kFirst), momentOf(engine::MovableClock::kLast));
    m_moment->setDateTime(QDateTime::currentDateTime());

    struct Named {
        QWidget* widget;
        const char* object;
        QString spoken;
    };
    const Named names[] = {
        {m_time, "clockTime", tr("The engine's time")},
        {m_state, "clockState", tr("State of the clock")},
        {m_freeze, "clockFreeze", tr("Freeze the clock, or let it go on")},
        {m_live, "clockLive", tr("Give the clock back to the system")},
        {m_amount, "clockAmount", tr("How much to advance the clock")},
        {m_unit, "clockUnit", tr("Unit of the amount")},
        {m_advance, "clockAdvance", tr("Advance the clock")},
        {m_speed, "clockSpeed", tr("Speed of the clock")},
        {m_setSpeed, "clockRun", tr("Run the clock at this speed")},
        {m_moment, "clockMoment", tr("Moment to jump to")},
        {m_jump, "clockJump", tr("Jump to the moment")},
    };
    for (const Named& named : names) {
        named.widget->setObjectName(QLatin1String(named.object));
        named.widget->setAccessibleName(named.spoken);
    }

    const auto row = [](std::initializer_list<QWidget*> parts) {
        auto* layout = new QHBoxLayout;
        for (QWidget* part : parts)
            layout->addWidget(part, qobject_cast<QPushButton*>(part) ? 0 : 1);
        return layout;
    };
    auto* buttons = row({m_freeze, m_live});
    buttons->addStretch();
    auto* form = new QFormLayout;
    form->addRow(tr("By"), row({m_amount, m_unit, m_advance}));
    form->addRow(tr("Speed"), row({m_speed, m_setSpeed}));
    form->addRow(tr("To"), row({m_moment, m_jump}));
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_time);
    layout->addWidget(m_state);
    layout->addLayout(buttons);
    layout->addLayout(form);
    layout->addStretch();
    connectParts();
    showSetting({.live = true, .speed = 1, .now = {QDateTime::currentMSecsSinceEpoch() * kMicrosAMilli}});
}

void ClockPanel::connectParts()
{
    connect(m_freeze, &QPushButton::clicked, this, [this] { Q_EMIT speedWanted(m_frozen ? 1 : 0); });
    connect(m_live, &QPushButton::clicked, this, &ClockPanel::liveWanted);
    connect(m_advance, &QPushButton::clicked, this, [this] { Q_EMIT advanceWanted(step()); });
    connect(m_setSpeed, &QPushButton::clicked, this, [this] { Q_EMIT speedWanted(m_speed->value()); });
    connect(m_jump, &QPushButton::clicked, this,
        [this] { Q_EMIT jumpWanted(m_moment->dateTime().toMSecsSinceEpoch() * kMicrosAMilli); });
}

void ClockPanel::showSetting(const engine::MovableClock::Setting& setting)
{
    m_frozen = setting.speed == 0;
    m_time->setText(momentText(setting.now));
    m_time->setToolTip(tr("%1 seconds since 1970").arg(setting.now.value / kMicrosASecond));
    m_state->setRole(setting.live ? Role::MutedText : Role::Warning);
    m_state->setText(setting.live
            ? tr("Live: the system's clock.")
            : tr("The clock is %1. Expiry, TIME, stream ids and time-outs follow it.").arg(clockText(setting)));
    m_freeze->setText(m_frozen ? tr("Go on") : tr("Freeze"));
    m_live->setEnabled(!setting.live);
}

qint64 ClockPanel::step() const
{
    return m_amount->value() * kUnits[static_cast<std::size_t>(m_unit->currentIndex())].micros;
}

} // namespace widgets
