#include "app/settings.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QSettings>
#include <QStandardPaths>

#include <algorithm>

namespace app {

namespace {

QString folderOf(const char* variable, const QString& fallback)
{
    const QString base = qEnvironmentVariable(variable);
    return (base.isEmpty() ? QDir::homePath() + fallback : base) + QStringLiteral("/ferrite-workbench");
}

// Bytes of any kind travel through JSON as base64.
QJsonValue packed(const QByteArray& bytes)
{
    return QString::fromLatin1(bytes.toBase64());
}
QByteArray unpacked(const QJsonValue& value)
{
    return QByteArray::fromBase64(value.toString().toLatin1());
}

QJsonArray packedList(const QList<QByteArray>& values)
{
    QJsonArray result;
    for (const QByteArray& value : values)
        result.append(packed(value));
    return result;
}

QList<QByteArray> unpackedList(const QJsonValue& values)
{
    QList<QByteArray> result;
    for (const QJsonValue value : values.toArray())
        result.append(unpacked(value));
    return result;
}

QJsonObject toJson(const widgets::ScriptPageState& page)
{
    QJsonObject result{{QStringLiteral("path"), page.path}, {QStringLiteral("title"), page.title},
        {QStringLiteral("breakpoints"), breakpointsToJson(page.breakpoints)},
        {QStringLiteral("keys"), packedList(page.keys)}, {QStringLiteral("argv"), packedList(page.argv)},
        {QStringLiteral("function"), page.function}, {QStringLiteral("caretLine"), page.caretLine}};
    if (page.hasBytes)
        result.insert(QStringLiteral("bytes"), packed(page.bytes));
    return result;
}

widgets::ScriptPageState pageFrom(const QJsonObject& json)
{
    widgets::ScriptPageState page;
    page.path = json[QStringLiteral("path")].toString();
    page.title = json[QStringLiteral("title")].toString();
    page.hasBytes = json.contains(QStringLiteral("bytes"));
    page.bytes = unpacked(json[QStringLiteral("bytes")]);
    page.breakpoints = lineBreakpointsFrom(json[QStringLiteral("breakpoints")].toArray());
    page.keys = unpackedList(json[QStringLiteral("keys")]);
    page.argv = unpackedList(json[QStringLiteral("argv")]);
    page.function = json[QStringLiteral("function")].toString();
    page.caretLine = std::max(1, json[QStringLiteral("caretLine")].toInt(1));
    return page;
}

QStringList stringsFrom(const QJsonValue& values)
{
    QStringList result;
    for (const QJsonValue value : values.toArray())
        result.append(value.toString());
    return result;
}

} // namespace

Settings::Settings()
    : Settings(folderOf("XDG_CONFIG_HOME", QStringLiteral("/.config")),
        folderOf("XDG_STATE_HOME", QStringLiteral("/.local/state")))
{
}

Settings::Settings(QString configFolder, QString stateFolder)
    : m_configFolder(std::move(configFolder)), m_stateFolder(std::move(stateFolder))
{
}

Preferences Settings::preferences() const
{
    const QSettings file(preferencesFile(), QSettings::IniFormat);
    Preferences result;
    const QString theme = file.value(QStringLiteral("theme")).toString();
    if (theme == QLatin1String("light"))
        result.theme = widgets::ThemeChoice::Light;
    else if (theme == QLatin1String("dark"))
        result.theme = widgets::ThemeChoice::Dark;
    result.listener.address = file.value(QStringLiteral("listener/address"), result.listener.address).toString();
    result.listener.port =
        std::clamp(file.value(QStringLiteral("listener/port"), result.listener.port).toInt(), 0, 65535);
    constexpr qlonglong kLongestMs = 24LL * 60 * 60 * 1000;
    result.runTimeLimit = std::chrono::milliseconds(
        std::clamp(file.value(QStringLiteral("run/timeLimitMs"), qlonglong(result.runTimeLimit.count())).toLongLong(),
            0LL, kLongestMs));
    return result;
}

void Settings::setPreferences(const Preferences& preferences)
{
    QDir().mkpath(m_configFolder);
    QSettings file(preferencesFile(), QSettings::IniFormat);
    const char* theme = preferences.theme == widgets::ThemeChoice::Light ? "light"
        : preferences.theme == widgets::ThemeChoice::Dark                ? "dark"
                                                                         : "system";
    file.setValue(QStringLiteral("theme"), QLatin1String(theme));
    file.setValue(QStringLiteral("listener/address"), preferences.listener.address);
    file.setValue(QStringLiteral("listener/port"), preferences.listener.port);
    file.setValue(QStringLiteral("run/timeLimitMs"), qlonglong(preferences.runTimeLimit.count()));
}

WindowState Settings::windowState() const
{
    QFile file(stateFile());
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QJsonObject json = QJsonDocument::fromJson(file.readAll()).object();
    WindowState state;
    state.geometry = unpacked(json[QStringLiteral("geometry")]);
    state.layout = unpacked(json[QStringLiteral("layout")]);
    for (const QJsonValue page : json[QStringLiteral("pages")].toArray())
        state.pages.append(pageFrom(page.toObject()));
    state.currentPage = json[QStringLiteral("currentPage")].toInt();
    state.consoleHistory = stringsFrom(json[QStringLiteral("consoleHistory")]);
    state.watches = stringsFrom(json[QStringLiteral("watches")]);
    state.fileBreakpoints = fileBreakpointsFrom(json[QStringLiteral("fileBreakpoints")].toArray());
    state.eventBreakpoints = eventBreakpointsFrom(json[QStringLiteral("eventBreakpoints")].toArray());
    return state;
}

void Settings::setWindowState(const WindowState& state)
{
    QJsonArray pages;
    for (const widgets::ScriptPageState& page : state.pages)
        pages.append(toJson(page));
    const QJsonObject json{{QStringLiteral("geometry"), packed(state.geometry)},
        {QStringLiteral("layout"), packed(state.layout)}, {QStringLiteral("pages"), pages},
        {QStringLiteral("currentPage"), state.currentPage},
        {QStringLiteral("consoleHistory"), QJsonArray::fromStringList(state.consoleHistory)},
        {QStringLiteral("watches"), QJsonArray::fromStringList(state.watches)},
        {QStringLiteral("eventBreakpoints"), breakpointsToJson(state.eventBreakpoints)},
        {QStringLiteral("fileBreakpoints"), fileBreakpointsToJson(state.fileBreakpoints)}};
    QDir().mkpath(m_stateFolder);
    QSaveFile file(stateFile());
    if (file.open(QIODevice::WriteOnly)) {
        // What a script holds may be private.
        file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        file.write(QJsonDocument(json).toJson(QJsonDocument::Compact));
        file.commit();
    }
}

} // namespace app
