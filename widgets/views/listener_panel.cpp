#include "widgets/views/listener_panel.h"

#include "widgets/models/counted_text.h"
#include "widgets/parts/toned_text.h"

#include <QApplication>
#include <QClipboard>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace widgets {

ListenerPanel::ListenerPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_address(new QLineEdit), m_port(new QSpinBox), m_password(new QLineEdit),
      m_switch(new QPushButton), m_copy(new QPushButton(tr("Copy redis-cli line"))), m_state(new TonedLabel(theme)),
      m_clock(new TonedLabel(theme, Role::Warning)), m_clients(new QLabel)
{
    m_address->setObjectName(QStringLiteral("listenerAddress"));
    m_address->setAccessibleName(tr("Address of the listener"));
    m_port->setAccessibleName(tr("Port of the listener"));
    m_password->setAccessibleName(tr("Password of the listener"));
    m_port->setObjectName(QStringLiteral("listenerPort"));
    m_port->setRange(0, 65535);
    m_port->setSpecialValueText(tr("any free port"));
    m_password->setObjectName(QStringLiteral("listenerPassword"));
    m_password->setEchoMode(QLineEdit::PasswordEchoOnEdit);
    m_password->setPlaceholderText(tr("none needed on this computer"));
    m_switch->setObjectName(QStringLiteral("listenerSwitch"));
    m_state->setObjectName(QStringLiteral("listenerState"));
    m_state->setWordWrap(true);
    m_state->setTextFormat(Qt::PlainText);
    m_state->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_clock->setObjectName(QStringLiteral("listenerClock"));
    m_clock->setWordWrap(true);
    m_clock->hide();
    m_clients->setObjectName(QStringLiteral("listenerClients"));

    auto* form = new QFormLayout;
    form->addRow(tr("Address"), m_address);
    form->addRow(tr("Port"), m_port);
    form->addRow(tr("Password"), m_password);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_switch);
    buttons->addWidget(m_copy);
    buttons->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addLayout(buttons);
    layout->addWidget(m_state);
    layout->addWidget(m_clock);
    layout->addWidget(m_clients);
    layout->addStretch();

    connect(m_switch, &QPushButton::clicked, this, [this] {
        if (m_on)
            Q_EMIT stopWanted();
        else
            Q_EMIT startWanted();
    });
    connect(m_copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(m_connection); });
    setSettings({});
    showOff();
}

ListenerSettings ListenerPanel::settings() const
{
    return {m_address->text().trimmed(), m_port->value()};
}

void ListenerPanel::setSettings(const ListenerSettings& settings)
{
    m_address->setText(settings.address);
    m_port->setValue(settings.port);
}

QString ListenerPanel::password() const
{
    return m_password->text();
}

void ListenerPanel::showOff()
{
    m_on = false;
    setEditable(true);
    m_switch->setText(tr("Start listener"));
    m_copy->setEnabled(false);
    m_clients->clear();
    say(tr("Off. Nobody can reach this engine from outside the window."), false);
}

void ListenerPanel::showListening(const engine::ListenReport& report)
{
    m_on = true;
    setEditable(false);
    m_switch->setText(tr("Stop listener"));
    m_copy->setEnabled(true);
    QStringList addresses;
    for (const engine::Bytes& address : report.addresses)
        addresses += QString::fromStdString(address);
    m_connection = QStringLiteral("redis-cli -h %1 -p %2").arg(m_address->text().trimmed()).arg(report.port);
    say(tr("Listening on %1").arg(addresses.join(QLatin1String(", "))), false);
    showClients(0);
}

void ListenerPanel::showFailed(const QString& why)
{
    showOff();
    say(why, true);
}

void ListenerPanel::showClients(std::size_t count)
{
    if (m_on)
        m_clients->setText(counted(tr("%n client(s) connected", nullptr, static_cast<int>(count)), qint64(count)));
}

void ListenerPanel::showClock(const QString& text)
{
    m_clock->setText(text);
    m_clock->setVisible(!text.isEmpty());
}

void ListenerPanel::say(const QString& text, bool isError)
{
    m_state->setRole(isError ? Role::Error : m_on ? Role::Success : Role::MutedText);
    m_state->setText(text);
}

void ListenerPanel::setEditable(bool editable)
{
    m_address->setEnabled(editable);
    m_port->setEnabled(editable);
    m_password->setEnabled(editable);
}

} // namespace widgets
