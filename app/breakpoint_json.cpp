#include "app/breakpoint_json.h"

#include "widgets/models/breakpoint_text.h"

#include <QJsonObject>

#include <algorithm>

namespace app {

using debugger::BreakpointKind;
using debugger::BreakpointSpec;

namespace {

// Nobody sets more; a damaged file may hold any number.
constexpr std::size_t kMostBreakpoints = 1'000;

QJsonValue textValue(const debugger::Bytes& text)
{
    return QString::fromStdString(text);
}

bool hasPattern(const BreakpointSpec& spec)
{
    const widgets::EventKind* kind = widgets::findEventKind(spec.kind);
    return kind && kind->patternHint[0] != '\0';
}

BreakpointKind kindNamed(const QString& name)
{
    for (const widgets::EventKind& kind : widgets::eventKinds()) {
        if (name == QLatin1String(kind.name))
            return kind.kind;
    }
    return BreakpointKind::Line;
}

BreakpointSpec specFrom(const QJsonValue& value)
{
    if (value.isDouble())
        return {.line = value.toInt()};
    const QJsonObject json = value.toObject();
    return {.kind = kindNamed(json[QStringLiteral("kind")].toString()),
        .line = json[QStringLiteral("line")].toInt(),
        .pattern = json[QStringLiteral("pattern")].toString().toStdString(),
        .enabled = json[QStringLiteral("enabled")].toBool(true),
        .condition = json[QStringLiteral("condition")].toString().toStdString(),
        .hitCount = std::max(0, json[QStringLiteral("hitCount")].toInt()),
        .logText = json[QStringLiteral("logText")].toString().toStdString()};
}

template <class Wanted>
std::vector<BreakpointSpec> specsFrom(const QJsonArray& array, Wanted isWanted)
{
    std::vector<BreakpointSpec> result;
    for (const QJsonValue value : array) {
        BreakpointSpec spec = specFrom(value);
        if (result.size() < kMostBreakpoints && isWanted(spec))
            result.push_back(std::move(spec));
    }
    return result;
}

} // namespace

QJsonArray breakpointsToJson(const std::vector<BreakpointSpec>& specs)
{
    QJsonArray result;
    for (const BreakpointSpec& spec : specs) {
        QJsonObject json;
        if (const widgets::EventKind* kind = widgets::findEventKind(spec.kind))
            json.insert(QStringLiteral("kind"), QLatin1String(kind->name));
        else
            json.insert(QStringLiteral("line"), spec.line);
        if (!spec.pattern.empty())
            json.insert(QStringLiteral("pattern"), textValue(spec.pattern));
        if (!spec.enabled)
            json.insert(QStringLiteral("enabled"), false);
        if (!spec.condition.empty())
            json.insert(QStringLiteral("condition"), textValue(spec.condition));
        if (spec.hitCount > 0)
            json.insert(QStringLiteral("hitCount"), spec.hitCount);
        if (!spec.logText.empty())
            json.insert(QStringLiteral("logText"), textValue(spec.logText));
        result.append(json);
    }
    return result;
}

std::vector<BreakpointSpec> lineBreakpointsFrom(const QJsonArray& array)
{
    return specsFrom(
        array, [](const BreakpointSpec& spec) { return spec.kind == BreakpointKind::Line && spec.line >= 1; });
}

std::vector<BreakpointSpec> eventBreakpointsFrom(const QJsonArray& array)
{
    return specsFrom(array, [](const BreakpointSpec& spec) {
        return spec.kind != BreakpointKind::Line && (!hasPattern(spec) || !spec.pattern.empty());
    });
}

QJsonArray fileBreakpointsToJson(const std::vector<FileBreakpoints>& files)
{
    QJsonArray result;
    for (const FileBreakpoints& file : files)
        result.append(QJsonObject{
            {QStringLiteral("path"), file.path}, {QStringLiteral("breakpoints"), breakpointsToJson(file.lines)}});
    return result;
}

std::vector<FileBreakpoints> fileBreakpointsFrom(const QJsonArray& array)
{
    std::vector<FileBreakpoints> result;
    for (const QJsonValue value : array) {
        const QJsonObject json = value.toObject();
        FileBreakpoints file{.path = json[QStringLiteral("path")].toString(),
            .lines = lineBreakpointsFrom(json[QStringLiteral("breakpoints")].toArray())};
        if (!file.path.isEmpty() && !file.lines.empty())
            result.push_back(std::move(file));
    }
    return result;
}

} // namespace app
