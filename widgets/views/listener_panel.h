#pragma once

// The listener's switch: address, port, password; who is connected; a connection string to copy. A listener on any
// address but loopback wants a password: the engine refuses, and the reason is shown here.

#include "engine/server/listen_options.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace widgets {

class Theme;
class TonedLabel;

struct ListenerSettings {
    QString address = QStringLiteral("127.0.0.1");
    int port = 6380;
};

class ListenerPanel : public QWidget {
    Q_OBJECT

public:
    explicit ListenerPanel(const Theme& theme, QWidget* parent = nullptr);

    ListenerSettings settings() const;
    void setSettings(const ListenerSettings& settings);
    QString password() const;

    void showOff();
    void showListening(const engine::ListenReport& report);
    void showFailed(const QString& why);
    void showClients(std::size_t count);
    /// What is odd about the clock that clients see; empty: nothing.
    void showClock(const QString& text);

Q_SIGNALS:
    void startWanted();
    void stopWanted();

private:
    void say(const QString& text, bool isError);
    void setEditable(bool editable);

    QLineEdit* m_address;
    QSpinBox* m_port;
    QLineEdit* m_password;
    QPushButton* m_switch;
    QPushButton* m_copy;
    TonedLabel* m_state;
    TonedLabel* m_clock;
    QLabel* m_clients;
    QString m_connection;
    bool m_on = false;
};

} // namespace widgets
