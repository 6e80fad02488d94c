#include "widgets/views/slowlog_view.h"

#include "widgets/models/slowlog_model.h"
#include "widgets/parts/value_tree.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QTreeView>
#include <QVBoxLayout>

namespace widgets {

namespace {

class SlowlogTable final : public QTreeView {
public:
    explicit SlowlogTable(const Theme& theme) : m_theme(theme) { }

protected:
    void paintEvent(QPaintEvent* event) override
    {
        QTreeView::paintEvent(event);
        paintEmptyText(*this, m_theme,
            SlowlogView::tr("No command took longer than the threshold. Set it to 0 to log every command."));
    }

private:
    const Theme& m_theme;
};

} // namespace

SlowlogView::SlowlogView(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_entries(new SlowlogModel(this)), m_shown(new QSortFilterProxyModel(this)),
      m_table(new SlowlogTable(theme)), m_threshold(new QSpinBox), m_filter(new QLineEdit)
{
    m_shown->setSourceModel(m_entries);
    m_shown->setSortRole(Qt::UserRole);
    m_shown->setFilterKeyColumn(SlowlogModel::Command);
    m_shown->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_table->setObjectName(QStringLiteral("slowlogTable"));
    m_table->setAccessibleName(tr("Slow log"));
    m_table->setModel(m_shown);
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setAlternatingRowColors(true);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(SlowlogModel::Id, Qt::DescendingOrder);
    m_table->header()->setSectionResizeMode(SlowlogModel::Command, QHeaderView::Stretch);
    m_table->header()->setStretchLastSection(false);
    m_threshold->setObjectName(QStringLiteral("slowlogThreshold"));
    m_threshold->setRange(-1, 1'000'000'000);
    m_threshold->setSuffix(tr(" µs"));
    m_threshold->setSpecialValueText(tr("off"));
    m_threshold->setKeyboardTracking(false);
    m_threshold->setGroupSeparatorShown(true);
    m_filter->setPlaceholderText(tr("Filter commands"));
    m_filter->setAccessibleName(tr("Filter commands"));
    m_filter->setClearButtonEnabled(true);
    auto* reset = new QPushButton(tr("Clear"));
    auto* label = new QLabel(tr("Log commands slower than"));
    label->setBuddy(m_threshold);

    auto* top = new QHBoxLayout;
    top->addWidget(label);
    top->addWidget(m_threshold);
    top->addWidget(m_filter, 1);
    top->addWidget(reset);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 2, 4, 2);
    layout->addLayout(top);
    layout->addWidget(m_table, 1);
    connect(m_threshold, &QSpinBox::valueChanged, this, &SlowlogView::thresholdChosen);
    connect(m_filter, &QLineEdit::textChanged, m_shown, &QSortFilterProxyModel::setFilterFixedString);
    connect(reset, &QPushButton::clicked, this, &SlowlogView::resetWanted);
}

void SlowlogView::showEntries(std::vector<engine::SlowlogEntry> entries, qint64 thresholdMicros)
{
    m_entries->setEntries(std::move(entries));
    if (m_threshold->hasFocus())
        return;
    const QSignalBlocker quiet(m_threshold);
    m_threshold->setValue(static_cast<int>(thresholdMicros));
}

} // namespace widgets
