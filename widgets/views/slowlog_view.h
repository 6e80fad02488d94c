#pragma once

// The slow log: a live table, with its threshold in place.

#include "engine/server/slowlog.h"

#include <QWidget>

class QLineEdit;
class QSortFilterProxyModel;
class QSpinBox;
class QTreeView;

namespace widgets {

class SlowlogModel;
class Theme;

class SlowlogView : public QWidget {
    Q_OBJECT

public:
    explicit SlowlogView(const Theme& theme, QWidget* parent = nullptr);

    void showEntries(std::vector<engine::SlowlogEntry> entries, qint64 thresholdMicros);

Q_SIGNALS:
    void thresholdChosen(qint64 micros);
    void resetWanted();

private:
    SlowlogModel* m_entries;
    QSortFilterProxyModel* m_shown;
    QTreeView* m_table;
    QSpinBox* m_threshold;
    QLineEdit* m_filter;
};

} // namespace widgets
