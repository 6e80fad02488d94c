#pragma once

// A tree view of values: rows coloured by tone, Ctrl+C copies the selected rows as text, an empty tree says what would
// fill it.

#include <QTreeView>

#include <initializer_list>

namespace widgets {

class Theme;

class ValueTree : public QTreeView {
    Q_OBJECT

public:
    /// `theme` outlives the view.
    explicit ValueTree(const Theme& theme, QWidget* parent = nullptr);

    /// Shown in the middle while there are no rows.
    void setEmptyText(const QString& text);
    /// These columns share the room; the others are as wide as what they show. Needs the model.
    void stretchColumns(std::initializer_list<int> columns);
    /// Opens every row down to `depth`; a tree of very many rows stays closed.
    void openTo(int depth);
    /// The selected rows as text, a line each.
    void copySelection() const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    const Theme& m_theme;
    QString m_emptyText;
};

/// Draws `text` in the middle of a view's viewport, muted.
void paintHint(QAbstractItemView& view, const Theme& theme, const QString& text);
/// Draws `text` in the middle of an empty view's viewport, muted.
void paintEmptyText(QAbstractItemView& view, const Theme& theme, const QString& text);

} // namespace widgets
