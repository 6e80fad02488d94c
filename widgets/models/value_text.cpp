#include "widgets/models/value_text.h"

#include "widgets/models/argument_text.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace widgets {

namespace {

using engine::Reply;
using engine::ReplyKind;

QString tr(const char* text)
{
    return QCoreApplication::translate("ValueText", text);
}

QString quoted(const engine::Bytes& bytes)
{
    return QLatin1Char('"') + textOf(bytes).replace(QLatin1Char('"'), QLatin1String("\\\"")) + QLatin1Char('"');
}

QString cut(QString text, int limit)
{
    if (text.size() > limit)
        text = text.left(limit - 1) + QChar(0x2026);
    return text;
}

QString numberText(double value)
{
    return QString::number(value, 'g', 17);
}

struct Brackets {
    const char* open;
    const char* close;
};

Brackets bracketsOf(ReplyKind kind)
{
    switch (kind) {
    case ReplyKind::Map:
        return {"{", "}"};
    case ReplyKind::Set:
        return {"~[", "]"};
    case ReplyKind::Push:
        return {">[", "]"};
    default:
        return {"[", "]"};
    }
}

bool isAggregate(ReplyKind kind)
{
    return kind == ReplyKind::Array || kind == ReplyKind::Map || kind == ReplyKind::Set || kind == ReplyKind::Push;
}

QString scalarText(const Reply& reply)
{
    switch (reply.kind) {
    case ReplyKind::Status:
    case ReplyKind::Error:
        return textOf(reply.text);
    case ReplyKind::Integer:
        return QString::number(reply.integer);
    case ReplyKind::Bulk:
    case ReplyKind::Verbatim:
        return quoted(reply.text);
    case ReplyKind::Null:
    case ReplyKind::NullArray:
        return QStringLiteral("(nil)");
    case ReplyKind::Double:
        return numberText(reply.number);
    case ReplyKind::Boolean:
        return reply.integer ? QStringLiteral("true") : QStringLiteral("false");
    case ReplyKind::BigNumber:
        return textOf(reply.text);
    case ReplyKind::Array:
    case ReplyKind::Map:
    case ReplyKind::Set:
    case ReplyKind::Push:
        return {};
    }
    return {};
}

// Builds no more than is shown: a reply may hold a million elements.
void appendLine(QString& line, const Reply& reply, int limit)
{
    if (line.size() > limit)
        return;
    if (!isAggregate(reply.kind)) {
        line += scalarText(reply);
        return;
    }
    const Brackets brackets = bracketsOf(reply.kind);
    line += QLatin1String(brackets.open);
    for (std::size_t i = 0; i < reply.elements.size() && line.size() <= limit; ++i) {
        if (i > 0)
            line += reply.kind == ReplyKind::Map && i % 2 == 1 ? QLatin1String(": ") : QLatin1String(", ");
        appendLine(line, reply.elements[i], limit);
    }
    line += QLatin1String(brackets.close);
}

QString kindName(const Reply& reply)
{
    switch (reply.kind) {
    case ReplyKind::Status:
        return tr("status");
    case ReplyKind::Error:
        return tr("error");
    case ReplyKind::Integer:
        return tr("integer");
    case ReplyKind::Bulk:
        return tr("bulk string");
    case ReplyKind::Null:
        return tr("null");
    case ReplyKind::NullArray:
        return tr("null array");
    case ReplyKind::Array:
        return tr("array");
    case ReplyKind::Map:
        return tr("map");
    case ReplyKind::Set:
        return tr("set");
    case ReplyKind::Push:
        return tr("push");
    case ReplyKind::Double:
        return tr("double");
    case ReplyKind::Boolean:
        return tr("boolean");
    case ReplyKind::BigNumber:
        return tr("big number");
    case ReplyKind::Verbatim:
        return tr("verbatim string");
    }
    return {};
}

constexpr std::size_t kMaxNodes = 1'000;
constexpr int kLongestName = 80; // of a key or field in a column as wide as its names

void addLeftOut(std::vector<ValueNode>& nodes, std::size_t count)
{
    if (count > 0)
        nodes.push_back({.name = QString(QChar(0x2026)),
            .value = tr("%1 more are not shown").arg(QLocale().toString(qulonglong(count))),
            .note = {},
            .tone = ValueTone::Muted,
            .children = {}});
}

ValueNode luaNodeAt(
    const engine::LuaTree& tree, const std::vector<engine::ConversionLoss>& losses, std::vector<std::size_t>& path)
{
    ValueNode node;
    node.name = path.empty() ? tr("returned")
                             : textOf(tree.key.kind == engine::LuaKind::String ? tree.key.bytes : tree.key.text);
    node.name = cut(node.name, kLongestName);
    node.value = textOf(tree.value.text);
    if (tree.value.kind == engine::LuaKind::Table)
        node.value = tree.entries.empty() ? QStringLiteral("{}") : textOf(tree.value.text);
    for (const engine::ConversionLoss& loss : losses) {
        if (loss.path != path)
            continue;
        const engine::LossText& text = engine::lossText(loss.rule);
        node.tone = ValueTone::Lost;
        if (!node.note.isEmpty())
            node.note += QLatin1Char(' ');
        node.note += QString::fromUtf8(text.what.data(), qsizetype(text.what.size())) + QLatin1Char(' ')
            + QString::fromUtf8(text.instead.data(), qsizetype(text.instead.size()));
    }
    for (std::size_t i = 0; i < tree.entries.size() && i < kMaxNodes; ++i) {
        path.push_back(i);
        node.children.push_back(luaNodeAt(tree.entries[i], losses, path));
        path.pop_back();
    }
    const std::size_t hidden = tree.entries.size() > kMaxNodes ? tree.entries.size() - kMaxNodes : 0;
    addLeftOut(node.children, tree.entriesLeftOut + hidden);
    return node;
}

ValueTone toneOf(engine::ChangeKind kind)
{
    switch (kind) {
    case engine::ChangeKind::Added:
        return ValueTone::Added;
    case engine::ChangeKind::Removed:
        return ValueTone::Removed;
    case engine::ChangeKind::Changed:
        return ValueTone::Changed;
    }
    return ValueTone::Plain;
}

QString kindWord(engine::ChangeKind kind)
{
    switch (kind) {
    case engine::ChangeKind::Added:
        return tr("added");
    case engine::ChangeKind::Removed:
        return tr("removed");
    case engine::ChangeKind::Changed:
        return tr("changed");
    }
    return {};
}

QString expiryText(const std::optional<engine::UnixMs>& expiry)
{
    if (!expiry)
        return tr("never");
    return QDateTime::fromMSecsSinceEpoch(expiry->value).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"));
}

QString beforeAndAfter(const engine::ElementChange& change)
{
    if (change.kind == engine::ChangeKind::Added)
        return quoted(change.after);
    if (change.kind == engine::ChangeKind::Removed)
        return quoted(change.before);
    const auto brief = [](const engine::Bytes& text) { return cut(quoted(text.substr(0, 200)), 200); };
    return QStringLiteral("%1 %2 %3").arg(brief(change.before), QString(QChar(0x2192)), brief(change.after));
}

ValueNode changeNode(const engine::KeyChange& change)
{
    ValueNode node{.name = cut(textOf(change.key), kLongestName),
        .value = kindWord(change.kind),
        .note = {},
        .tone = toneOf(change.kind),
        .children = {}};
    const auto type = change.typeAfter ? change.typeAfter : change.typeBefore;
    const engine::BytesView typeWord = type ? engine::typeName(*type) : engine::BytesView();
    node.note = QString::fromUtf8(typeWord.data(), qsizetype(typeWord.size()));
    if (change.database != 0)
        node.note += tr(", database %1").arg(change.database);
    for (const engine::ElementChange& element : change.elements) {
        const bool whole = element.element.empty();
        // A string has one value: it stands beside the key.
        if (whole && change.elements.size() == 1) {
            node.value = QStringLiteral("%1  %2").arg(kindWord(change.kind), beforeAndAfter(element));
            continue;
        }
        node.children.push_back({.name = cut(textOf(element.element), kLongestName),
            .value = beforeAndAfter(element),
            .note = kindWord(element.kind),
            .tone = toneOf(element.kind),
            .children = {}});
    }
    addLeftOut(node.children, change.elementsLeftOut);
    if (change.expiryBefore != change.expiryAfter && change.kind != engine::ChangeKind::Removed) {
        const QString value = change.kind == engine::ChangeKind::Added
            ? expiryText(change.expiryAfter)
            : QStringLiteral("%1 %2 %3")
                  .arg(expiryText(change.expiryBefore), QString(QChar(0x2192)), expiryText(change.expiryAfter));
        node.children.push_back(
            {.name = tr("expires"), .value = value, .note = {}, .tone = ValueTone::Changed, .children = {}});
    }
    return node;
}

} // namespace

QString textOf(const engine::Bytes& bytes)
{
    return escaped(QByteArray::fromRawData(bytes.data(), qsizetype(bytes.size())));
}

QString textOf(const engine::Bytes& bytes, int limit)
{
    const auto size = std::min(static_cast<qsizetype>(bytes.size()), static_cast<qsizetype>(limit) + 1);
    return cut(escaped(QByteArray::fromRawData(bytes.data(), size)), limit);
}

QString replyLine(const Reply& reply, int limit)
{
    QString line;
    appendLine(line, reply, limit);
    return cut(line, limit);
}

QString commandLine(const std::vector<engine::Bytes>& argv, int limit)
{
    QByteArray line;
    for (const engine::Bytes& word : argv) {
        if (line.size() > limit)
            break;
        line += (line.isEmpty() ? "" : " ") + quotedWord(QByteArray::fromStdString(word));
    }
    return cut(QString::fromUtf8(line), limit);
}

namespace {

// A reply may be thousands of levels deep; nobody unfolds so many, and each takes room on the stack.
constexpr int kDeepestNode = 200;

ValueNode replyNodeAt(const Reply& reply, int depth)
{
    ValueNode node{.name = kindName(reply),
        .value = scalarText(reply),
        .note = {},
        .tone = reply.isError() ? ValueTone::Error : ValueTone::Plain,
        .children = {}};
    if (!isAggregate(reply.kind))
        return node;
    node.value = reply.elements.empty()
        ? QLatin1String(bracketsOf(reply.kind).open) + QLatin1String(bracketsOf(reply.kind).close)
        : replyLine(reply, 60);
    const std::size_t shown = depth < kDeepestNode ? std::min(reply.elements.size(), kMaxNodes) : 0;
    for (std::size_t i = 0; i < shown; ++i)
        node.children.push_back(replyNodeAt(reply.elements[i], depth + 1));
    addLeftOut(node.children, reply.elements.size() - shown);
    return node;
}

} // namespace

ValueNode replyNode(const Reply& reply)
{
    return replyNodeAt(reply, 0);
}

ValueNode luaNode(const engine::LuaTree& tree, const std::vector<engine::ConversionLoss>& losses)
{
    std::vector<std::size_t> path;
    return luaNodeAt(tree, losses, path);
}

std::vector<ValueNode> changeNodes(const engine::KeyspaceDiff& diff)
{
    std::vector<ValueNode> nodes;
    for (std::size_t i = 0; i < diff.keys.size() && i < kMaxNodes; ++i)
        nodes.push_back(changeNode(diff.keys[i]));
    const std::size_t hidden = diff.keys.size() > kMaxNodes ? diff.keys.size() - kMaxNodes : 0;
    addLeftOut(nodes, diff.keysLeftOut + hidden);
    return nodes;
}

} // namespace widgets
