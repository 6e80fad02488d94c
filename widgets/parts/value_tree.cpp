#include "widgets/parts/value_tree.h"

#include "widgets/models/value_tree_model.h"
#include "widgets/parts/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>

namespace widgets {

namespace {

Role roleOf(ValueTone tone)
{
    switch (tone) {
    case ValueTone::Plain:
        return Role::Text;
    case ValueTone::Muted:
        return Role::MutedText;
    case ValueTone::Added:
        return Role::Added;
    case ValueTone::Removed:
    case ValueTone::Error:
        return Role::Error;
    case ValueTone::Changed:
        return Role::Changed;
    case ValueTone::Lost:
        return Role::Warning;
    }
    return Role::Text;
}

class ToneDelegate final : public QStyledItemDelegate {
public:
    ToneDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) { }

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const auto tone = static_cast<ValueTone>(index.data(ValueTreeModel::ToneRole).toInt());
        option->palette.setColor(QPalette::Text, m_theme.color(roleOf(tone)));
        if (index.column() == ValueTreeModel::Value)
            option->font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
        // Long values are seen from their beginning.
        option->textElideMode = Qt::ElideRight;
    }

private:
    const Theme& m_theme;
};

} // namespace

ValueTree::ValueTree(const Theme& theme, QWidget* parent) : QTreeView(parent), m_theme(theme)
{
    setItemDelegate(new ToneDelegate(theme, this));
    setSelectionMode(ExtendedSelection);
    setAlternatingRowColors(true);
    setUniformRowHeights(true);
    setEditTriggers(NoEditTriggers);
    header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header()->setHighlightSections(false);
    header()->setStretchLastSection(false);
    header()->setMinimumSectionSize(fontMetrics().averageCharWidth() * 6);
}

void ValueTree::setEmptyText(const QString& text)
{
    m_emptyText = text;
    viewport()->update();
}

void ValueTree::stretchColumns(std::initializer_list<int> columns)
{
    header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    for (const int column : columns)
        header()->setSectionResizeMode(column, QHeaderView::Stretch);
}

void ValueTree::openTo(int depth)
{
    // Beyond this opening would cost more than the eye can use.
    constexpr int kMostRows = 200;
    if (model() && model()->rowCount() <= kMostRows)
        expandToDepth(depth - 1);
}

void ValueTree::paintEvent(QPaintEvent* event)
{
    QTreeView::paintEvent(event);
    paintEmptyText(*this, m_theme, m_emptyText);
}

void ValueTree::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        return copySelection();
    QTreeView::keyPressEvent(event);
}

namespace {

// Of a cell; models of short texts have no other than the one that is shown.
QString wholeText(const QModelIndex& cell)
{
    const QVariant whole = cell.data(ValueTreeModel::WholeTextRole);
    return (whole.isValid() ? whole : cell.data()).toString();
}

} // namespace

void ValueTree::copySelection() const
{
    QStringList lines;
    for (const QModelIndex& index : selectionModel()->selectedRows()) {
        QStringList cells;
        for (int column = 0; column < model()->columnCount(); ++column)
            cells += wholeText(index.siblingAtColumn(column));
        while (!cells.isEmpty() && cells.last().isEmpty())
            cells.removeLast();
        lines += cells.join(QLatin1Char('\t'));
    }
    if (!lines.isEmpty())
        QApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

void paintEmptyText(QAbstractItemView& view, const Theme& theme, const QString& text)
{
    if (!text.isEmpty() && (!view.model() || view.model()->rowCount(view.rootIndex()) == 0))
        paintHint(view, theme, text);
}

void paintHint(QAbstractItemView& view, const Theme& theme, const QString& text)
{
    QPainter painter(view.viewport());
    painter.setPen(theme.color(Role::MutedText));
    const int margin = view.fontMetrics().height();
    painter.drawText(
        view.viewport()->rect().adjusted(margin, margin, -margin, -margin), Qt::AlignCenter | Qt::TextWordWrap, text);
}

} // namespace widgets
