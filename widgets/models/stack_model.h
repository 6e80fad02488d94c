#pragma once

// The call stack of a stop, innermost frame first.

#include "engine/script/lua_view.h"

#include <QAbstractTableModel>

#include <vector>

namespace widgets {

class StackModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Function, Line, ColumnCount };

    explicit StackModel(QObject* parent = nullptr) : QAbstractTableModel(parent) { }

    void setFrames(std::vector<engine::LuaFrame> frames);
    /// The frame's line in the script; 0: it has none there (a C function, a chunk made at run time).
    int scriptLine(int frame) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<engine::LuaFrame> m_frames;
};

} // namespace widgets
