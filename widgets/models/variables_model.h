#pragma once

// Variables of a stop as a tree: groups (Locals, Upvalues, KEYS and ARGV), and tables that unfold when they are opened.
// What a table holds is asked for by a signal and comes back through addEntries.

#include "engine/script/lua_view.h"

#include <QAbstractItemModel>

#include <memory>
#include <vector>

namespace widgets {

class VariablesModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column { Name, Value, ColumnCount };

    struct Group {
        QString title;
        std::vector<engine::LuaVariable> variables;
    };

    explicit VariablesModel(QObject* parent = nullptr);
    ~VariablesModel() override;

    /// A new stop: the groups replace what was there; table references of the stop before are void.
    void setGroups(std::vector<Group> groups, const std::vector<engine::Bytes>& changed);
    void clear() { setGroups({}, {}); }
    /// Entries `first` … of a table that was asked for; fewer than asked: there are no more.
    void addEntries(engine::LuaRef table, std::size_t first, const std::vector<engine::LuaVariable>& entries);

    /// Names from the top down to a row, for opening the same rows again after the next stop.
    QStringList pathOf(const QModelIndex& index) const;
    QModelIndex indexOf(const QStringList& path) const;
    /// Whether a row is a variable, or an entry of a table, whose value a person may set.
    bool isSettable(const QModelIndex& index) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

    static constexpr std::size_t kPage = 100;

Q_SIGNALS:
    void entriesWanted(engine::LuaRef table, std::size_t first, std::size_t count);
    /// `target`: as Lua code names it: `n`, `t.name`, `t[1]`.
    void setWanted(const QString& target, const QString& expression);

private:
    struct Node;

    Node* nodeOf(const QModelIndex& index) const;
    QModelIndex indexOf(const Node& node) const;
    bool isHidden(const Node& variable) const;
    /// How code names a row; empty: it cannot.
    QString expressionOf(const Node& node) const;
    static Node* findTable(Node& from, engine::LuaRef table);

    std::unique_ptr<Node> m_root;
};

} // namespace widgets
