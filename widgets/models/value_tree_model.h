#pragma once

// A tree of named values that does not change: a reply, what a script returned, what a run changed. Built whole, shown
// whole.

#include <QAbstractItemModel>

#include <memory>
#include <vector>

namespace widgets {

/// How a row is meant, which decides its colour.
enum class ValueTone { Plain, Muted, Added, Removed, Changed, Lost, Error };

struct ValueNode {
    QString name;
    QString value;
    QString note; // third column; shown in full as the tool tip, else the value is
    ValueTone tone = ValueTone::Plain;
    std::vector<ValueNode> children;
};

class ValueTreeModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column { Name, Value, Note, ColumnCount };
    /// WholeTextRole: what a cell shows, uncut; for copying.
    enum DataRole { ToneRole = Qt::UserRole, WholeTextRole };

    explicit ValueTreeModel(QStringList headers, QObject* parent = nullptr);

    void setNodes(std::vector<ValueNode> nodes);
    bool isEmpty() const { return m_root.children.empty(); }

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    // A node's place, so that a child finds its parent: indices carry a pointer to it.
    struct Place {
        const ValueNode* node = nullptr;
        Place* parent = nullptr;
        int row = 0;
        std::vector<std::unique_ptr<Place>> children;
    };
    static void build(Place& place);
    const Place* placeOf(const QModelIndex& index) const;

    QStringList m_headers;
    ValueNode m_root;
    Place m_top;
};

} // namespace widgets
