#include "app/color_scheme.h"

#include <QDBusConnection>
#include <QDBusInterface>
#include <QDBusReply>
#include <QGuiApplication>
#include <QPalette>

namespace app {

namespace {

// The first palette, before this program sets its own.
bool initialPaletteIsDark()
{
    static const bool dark = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    return dark;
}

} // namespace

bool systemPrefersDark()
{
    const bool paletteIsDark = initialPaletteIsDark();
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return paletteIsDark;
    QDBusMessage question = QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.portal.Desktop"),
        QStringLiteral("/org/freedesktop/portal/desktop"), QStringLiteral("org.freedesktop.portal.Settings"),
        QStringLiteral("Read"));
    question << QStringLiteral("org.freedesktop.appearance") << QStringLiteral("color-scheme");
    constexpr int kPatienceMs = 200;
    const QDBusReply<QVariant> answer = bus.call(question, QDBus::Block, kPatienceMs);
    if (!answer.isValid())
        return paletteIsDark;
    // The portal wraps the value in a variant of its own. 1: dark preferred, 2: light, 0: no preference.
    const uint scheme = answer.value().value<QDBusVariant>().variant().toUInt();
    return scheme == 0 ? paletteIsDark : scheme == 1;
}

} // namespace app
