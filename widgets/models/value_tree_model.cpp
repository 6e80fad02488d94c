#include "widgets/models/value_tree_model.h"

namespace widgets {

namespace {

// Nobody reads more in a cell, and Qt does not survive laying out a line of a million characters.
QString shown(const QString& text)
{
    constexpr qsizetype kLongest = 4096;
    return text.size() > kLongest ? text.left(kLongest) + QChar(0x2026) : text;
}

} // namespace

ValueTreeModel::ValueTreeModel(QStringList headers, QObject* parent)
    : QAbstractItemModel(parent), m_headers(std::move(headers))
{
}

void ValueTreeModel::setNodes(std::vector<ValueNode> nodes)
{
    beginResetModel();
    m_root.children = std::move(nodes);
    m_top = Place{.node = &m_root, .parent = nullptr, .row = 0, .children = {}};
    build(m_top);
    endResetModel();
}

void ValueTreeModel::build(Place& place)
{
    place.children.reserve(place.node->children.size());
    int row = 0;
    for (const ValueNode& child : place.node->children) {
        place.children.push_back(
            std::make_unique<Place>(Place{.node = &child, .parent = &place, .row = row++, .children = {}}));
        build(*place.children.back());
    }
}

const ValueTreeModel::Place* ValueTreeModel::placeOf(const QModelIndex& index) const
{
    return index.isValid() ? static_cast<const Place*>(index.constInternalPointer()) : &m_top;
}

QModelIndex ValueTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, placeOf(parent)->children[static_cast<std::size_t>(row)].get());
}

QModelIndex ValueTreeModel::parent(const QModelIndex& index) const
{
    if (!index.isValid())
        return {};
    const Place* above = placeOf(index)->parent;
    return above == &m_top ? QModelIndex() : createIndex(above->row, 0, above);
}

int ValueTreeModel::rowCount(const QModelIndex& parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(placeOf(parent)->children.size());
}

int ValueTreeModel::columnCount(const QModelIndex&) const
{
    return static_cast<int>(m_headers.size());
}

QVariant ValueTreeModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ValueNode& node = *placeOf(index)->node;
    if (role == ToneRole)
        return static_cast<int>(node.tone);
    if (role == Qt::ToolTipRole)
        return shown(node.note.isEmpty() ? node.value : node.note);
    if (role != Qt::DisplayRole && role != WholeTextRole)
        return {};
    const QString& text = index.column() == Name ? node.name : index.column() == Value ? node.value : node.note;
    return role == WholeTextRole ? text : shown(text);
}

QVariant ValueTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= m_headers.size())
        return {};
    return m_headers[section];
}

} // namespace widgets
