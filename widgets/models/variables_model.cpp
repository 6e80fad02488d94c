#include "widgets/models/variables_model.h"

#include "widgets/models/value_text.h"

#include <QFont>
#include <QRegularExpression>

#include <algorithm>

namespace widgets {

struct VariablesModel::Node {
    engine::LuaVariable variable;
    QString name;
    Node* parent = nullptr;
    int row = 0;
    bool changed = false;
    bool isGroup = false;
    bool asked = false; // entries are on their way
    bool complete = true;
    std::vector<std::unique_ptr<Node>> children;

    Node* add(engine::LuaVariable value)
    {
        auto child = std::make_unique<Node>();
        child->name = textOf(value.name);
        child->complete = value.value.ref == 0 || value.value.size == 0;
        child->variable = std::move(value);
        child->parent = this;
        child->row = static_cast<int>(children.size());
        children.push_back(std::move(child));
        return children.back().get();
    }
};

VariablesModel::VariablesModel(QObject* parent) : QAbstractItemModel(parent), m_root(std::make_unique<Node>())
{
}
VariablesModel::~VariablesModel() = default;

void VariablesModel::setGroups(std::vector<Group> groups, const std::vector<engine::Bytes>& changed)
{
    beginResetModel();
    m_root = std::make_unique<Node>();
    for (Group& group : groups) {
        if (group.variables.empty())
            continue;
        Node* node = m_root->add({});
        node->name = group.title;
        node->isGroup = true;
        node->complete = true;
        for (engine::LuaVariable& variable : group.variables) {
            const bool isChanged = std::ranges::find(changed, variable.name) != changed.end();
            node->add(std::move(variable))->changed = isChanged;
        }
    }
    endResetModel();
}

VariablesModel::Node* VariablesModel::findTable(Node& from, engine::LuaRef table)
{
    if (!from.isGroup && from.variable.value.ref == table)
        return &from;
    for (const auto& child : from.children) {
        if (Node* found = findTable(*child, table))
            return found;
    }
    return nullptr;
}

void VariablesModel::addEntries(
    engine::LuaRef table, std::size_t first, const std::vector<engine::LuaVariable>& entries)
{
    Node* node = table == 0 ? nullptr : findTable(*m_root, table);
    if (!node || !node->asked || node->children.size() != first)
        return;
    node->complete = entries.size() < kPage;
    if (entries.empty()) {
        node->asked = false;
        return;
    }
    const int before = static_cast<int>(node->children.size());
    beginInsertRows(indexOf(*node), before, before + static_cast<int>(entries.size()) - 1);
    for (const engine::LuaVariable& entry : entries)
        node->add(entry);
    // Before the view is told: it may ask for the next page at once. Not before the rows are there.
    node->asked = false;
    endInsertRows();
}

VariablesModel::Node* VariablesModel::nodeOf(const QModelIndex& index) const
{
    return index.isValid() ? static_cast<Node*>(index.internalPointer()) : m_root.get();
}

QModelIndex VariablesModel::indexOf(const Node& node) const
{
    return &node == m_root.get() ? QModelIndex() : createIndex(node.row, 0, &node);
}

QStringList VariablesModel::pathOf(const QModelIndex& index) const
{
    QStringList path;
    for (const Node* node = nodeOf(index); node && node != m_root.get(); node = node->parent)
        path.prepend(node->name);
    return path;
}

QModelIndex VariablesModel::indexOf(const QStringList& path) const
{
    const Node* node = m_root.get();
    for (const QString& name : path) {
        // The last of a name declared twice is the one that is seen.
        const auto found = std::find_if(
            node->children.rbegin(), node->children.rend(), [&](const auto& child) { return child->name == name; });
        if (found == node->children.rend())
            return {};
        node = found->get();
    }
    return indexOf(*node);
}

namespace {

// How Lua code names an entry of a table; empty: it cannot, its key is a table or shown shortened.
QString stepTo(const QString& key)
{
    constexpr qsizetype kSurelyWhole = 80;
    static const QRegularExpression bracketed(
        QStringLiteral(R"re(^\[(-?[0-9.eE+-]+|true|false|".*")\]$)re"), QRegularExpression::DotMatchesEverythingOption);
    if (key.size() > kSurelyWhole)
        return {};
    if (key.startsWith(QLatin1Char('[')))
        return bracketed.match(key).hasMatch() ? key : QString();
    return QLatin1Char('.') + key;
}

} // namespace

// Where the same name is declared twice, or is a local's and an upvalue's, code sees one of the two.
bool VariablesModel::isHidden(const Node& variable) const
{
    const auto& group = variable.parent->children;
    const auto later = std::find_if(group.begin() + variable.row + 1, group.end(),
        [&](const auto& other) { return other->variable.name == variable.variable.name; });
    if (later != group.end() || variable.variable.scope != engine::LuaScope::Upvalue)
        return later != group.end();
    return std::ranges::any_of(m_root->children, [&](const auto& each) {
        return std::ranges::any_of(each->children, [&](const auto& other) {
            return other->variable.scope == engine::LuaScope::Local && other->variable.name == variable.variable.name;
        });
    });
}

QString VariablesModel::expressionOf(const Node& node) const
{
    if (node.isGroup || !node.parent)
        return {};
    if (node.parent->isGroup)
        return isHidden(node) ? QString() : QString::fromStdString(node.variable.name);
    const QString table = expressionOf(*node.parent);
    const QString step = table.isEmpty() ? QString() : stepTo(QString::fromStdString(node.variable.name));
    return step.isEmpty() ? QString() : table + step;
}

bool VariablesModel::isSettable(const QModelIndex& index) const
{
    const Node* node = nodeOf(index);
    // KEYS and ARGV themselves are the script's words; what is in them can be set.
    return index.isValid() && node->variable.scope != engine::LuaScope::Argument && !expressionOf(*node).isEmpty();
}

QModelIndex VariablesModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, nodeOf(parent)->children[static_cast<std::size_t>(row)].get());
}

QModelIndex VariablesModel::parent(const QModelIndex& index) const
{
    return index.isValid() ? indexOf(*nodeOf(index)->parent) : QModelIndex();
}

int VariablesModel::rowCount(const QModelIndex& parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(nodeOf(parent)->children.size());
}

int VariablesModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

bool VariablesModel::hasChildren(const QModelIndex& parent) const
{
    const Node* node = nodeOf(parent);
    return parent.column() <= 0 && (!node->children.empty() || !node->complete);
}

bool VariablesModel::canFetchMore(const QModelIndex& parent) const
{
    const Node* node = nodeOf(parent);
    return !node->complete && !node->asked;
}

void VariablesModel::fetchMore(const QModelIndex& parent)
{
    Node* node = nodeOf(parent);
    if (node->complete || node->asked)
        return;
    node->asked = true;
    Q_EMIT entriesWanted(node->variable.value.ref, node->children.size(), kPage);
}

QVariant VariablesModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Node& node = *nodeOf(index);
    if (role == Qt::FontRole) {
        QFont font;
        font.setBold(node.changed || node.isGroup);
        return font;
    }
    if (index.column() == Name)
        return role == Qt::DisplayRole ? QVariant(node.name) : QVariant();
    if (role == Qt::DisplayRole || role == Qt::EditRole || role == Qt::ToolTipRole)
        return node.isGroup ? QVariant() : QVariant(QString::fromStdString(node.variable.value.text));
    return {};
}

bool VariablesModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || index.column() != Value || !isSettable(index))
        return false;
    const QString expression = value.toString().trimmed();
    // What is shown follows from the session's answer: the expression may fail.
    if (!expression.isEmpty() && expression != data(index, Qt::EditRole).toString())
        Q_EMIT setWanted(expressionOf(*nodeOf(index)), expression);
    return false;
}

QVariant VariablesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Name ? tr("Name") : tr("Value");
}

Qt::ItemFlags VariablesModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags base = QAbstractItemModel::flags(index);
    return index.column() == Value && isSettable(index) ? base | Qt::ItemIsEditable : base;
}

} // namespace widgets
