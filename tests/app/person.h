#pragma once

// A person before the window: finds what is visible, uses mouse and keys, and reads what is shown. It knows no
// controller and no model; what it reads of a list are the texts of the rows that are in sight. Header only: nothing
// below the window links widgets.

#include "widgets/editor/qsci.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QDir>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMainWindow>
#include <QTabBar>
#include <QTableView>
#include <QTest>
#include <QTextDocumentFragment>
#include <QTreeView>

#include <functional>

namespace tests {

class Person {
public:
    explicit Person(QMainWindow& window) : m_window(window) { }

    /// Waits until something is so; what a person would wait for, at most.
    static bool waitFor(const std::function<bool()>& isSo) { return QTest::qWaitFor(isSo, kPatienceMs); }

    /// Brings a window to the front, with or without a window manager.
    static void activate(QWidget& window)
    {
        window.activateWindow();
        QApplication::setActiveWindow(&window);
    }

    /// A visible widget by its object name; null when none is in sight.
    template <class Widget>
    Widget* see(const QString& name) const
    {
        for (Widget* widget : m_window.findChildren<Widget*>(name)) {
            if (widget->isVisible() && !widget->visibleRegion().isEmpty())
                return widget;
        }
        return nullptr;
    }

    bool click(const QString& name) const
    {
        auto* widget = see<QWidget>(name);
        if (!widget || !widget->isEnabled())
            return false;
        QTest::mouseClick(widget, Qt::LeftButton);
        return true;
    }

    /// A tab by its text: of scripts, of docks, or of the result.
    bool clickTab(const QString& text) const
    {
        for (QTabBar* bar : m_window.findChildren<QTabBar*>()) {
            for (int tab = 0; bar->isVisible() && tab < bar->count(); ++tab) {
                if (bar->tabText(tab) != text && !bar->tabText(tab).startsWith(text + QLatin1String(" (")))
                    continue;
                QTest::mouseClick(bar, Qt::LeftButton, {}, bar->tabRect(tab).center());
                return bar->currentIndex() == tab;
            }
        }
        return false;
    }

    /// Keys go where the focus is.
    static void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(keyboard(), key, modifiers);
        // Between two presses of a person the program has come to rest.
        QCoreApplication::processEvents();
    }
    static void type(const QString& text)
    {
        for (const QChar letter : text)
            QTest::keyClick(keyboard(), letter.toLatin1());
    }

    /// Clicks a cell of a table and types a value into it.
    bool fill(const QString& table, int row, int column, const QString& value) const
    {
        auto* view = see<QTableView>(table);
        if (!view || !view->model() || row >= view->model()->rowCount())
            return false;
        view->scrollTo(view->model()->index(row, column));
        const QRect cell = view->visualRect(view->model()->index(row, column));
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, cell.center());
        type(value);
        press(Qt::Key_Return);
        return true;
    }

    /// The rows in sight, a line each, cells joined by " | ", two blanks before each row of a deeper level.
    static QStringList rows(const QAbstractItemView* view)
    {
        QStringList lines;
        if (!view || !view->isVisible())
            return lines;
        const auto* tree = qobject_cast<const QTreeView*>(view);
        QModelIndex index = view->indexAt(QPoint(4, 2));
        while (index.isValid() && view->visualRect(index).intersects(view->viewport()->rect())) {
            lines.append(line(index));
            index = tree ? tree->indexBelow(index) : index.siblingAtRow(index.row() + 1);
        }
        return lines;
    }
    QStringList rows(const QString& view) const { return rows(see<QAbstractItemView>(view)); }

    /// Whether a row in sight has these texts in its cells, in this order.
    bool showsRow(const QString& view, const QStringList& cells) const
    {
        for (const QString& row : rows(view)) {
            const QStringList shown = row.trimmed().split(QStringLiteral(" | "));
            int found = 0;
            for (const QString& cell : shown) {
                if (found < cells.size() && cell.trimmed() == cells[found])
                    ++found;
            }
            if (found == cells.size())
                return true;
        }
        return false;
    }

    /// Clicks the first row in sight that has this text in a cell.
    bool clickRow(const QString& name, const QString& text, bool twice = false) const
    {
        auto* view = see<QTreeView>(name);
        for (QModelIndex index = view ? view->indexAt(QPoint(4, 2)) : QModelIndex(); index.isValid();
             index = view->indexBelow(index)) {
            if (!line(index).contains(text))
                continue;
            const QPoint at = view->visualRect(index).center();
            QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, at);
            if (twice)
                QTest::mouseDClick(view->viewport(), Qt::LeftButton, {}, at);
            return true;
        }
        return false;
    }

    /// The text of a label in sight; empty when there is none.
    QString label(const QString& name) const
    {
        const auto* shown = see<QLabel>(name);
        if (!shown)
            return {};
        return shown->textFormat() == Qt::RichText ? QTextDocumentFragment::fromHtml(shown->text()).toPlainText()
                                                   : shown->text();
    }

    // --- The editor.

    QsciScintilla* editor() const { return see<QsciScintilla>(QStringLiteral("luaEditor")); }

    /// The number of the first line that holds `text`; 0: none.
    int lineWith(const QString& text) const
    {
        const auto* shown = editor();
        for (int line = 0; shown && line < shown->lines(); ++line) {
            if (shown->text(line).contains(text))
                return line + 1;
        }
        return 0;
    }
    bool clickMargin(int line) const
    {
        auto* shown = editor();
        if (!shown || line < 1)
            return false;
        QTest::mouseClick(shown->viewport(), Qt::LeftButton, {}, QPoint(shown->marginWidth(0) / 2, middleOf(line)));
        return true;
    }
    bool clickLine(int line) const
    {
        auto* shown = editor();
        if (!shown || line < 1)
            return false;
        const int x = shown->marginWidth(0) + shown->marginWidth(1) + shown->marginWidth(2) + 30;
        QTest::mouseClick(shown->viewport(), Qt::LeftButton, {}, QPoint(x, middleOf(line)));
        return true;
    }
    /// The line with the arrow; 0: none.
    int arrowLine() const { return lineWithMarker(15); }
    /// A sign of any sort.
    bool hasBreakpoint(int line) const { return editor() && (editor()->markersAtLine(line - 1) & (0x3fU << 9)) != 0; }
    enum class Sign { PlainOff = 9, ConditionalOff, LogPointOff, LogPoint, Conditional, Plain };
    bool hasSign(int line, Sign sign) const
    {
        return editor() && (editor()->markersAtLine(line - 1) & (1U << static_cast<unsigned>(sign))) != 0;
    }

    /// Saves what is on the screen, when FERRITE_PICTURES names a folder.
    void picture(const QString& name) const
    {
        const QString folder = qEnvironmentVariable("FERRITE_PICTURES");
        if (folder.isEmpty())
            return;
        QDir().mkpath(folder);
        QTest::qWait(30);
        m_window.grab().save(folder + QLatin1Char('/') + name + QStringLiteral(".png"));
    }

private:
    static constexpr int kPatienceMs = 30'000;

    // Where keys go. A list that popped up and went may leave the offscreen window without the focus that any desktop
    // gives back to it.
    static QWidget* keyboard()
    {
        if (QWidget* focused = QApplication::focusWidget())
            return focused;
        for (QWidget* window : QApplication::topLevelWidgets()) {
            if (!window->isVisible() || !qobject_cast<QMainWindow*>(window))
                continue;
            activate(*window);
            return QApplication::focusWidget() ? QApplication::focusWidget() : window;
        }
        return nullptr;
    }
    static QString line(const QModelIndex& index)
    {
        QStringList cells;
        for (int column = 0; column < index.model()->columnCount(index.parent()); ++column)
            cells += index.siblingAtColumn(column).data(Qt::DisplayRole).toString();
        QString indent;
        for (QModelIndex above = index.parent(); above.isValid(); above = above.parent())
            indent += QLatin1String("  ");
        return indent + cells.join(QStringLiteral(" | "));
    }
    int middleOf(int line) const
    {
        QsciScintilla* shown = editor();
        shown->ensureLineVisible(line - 1);
        const long start =
            shown->SendScintilla(QsciScintilla::SCI_POSITIONFROMLINE, static_cast<unsigned long>(line - 1));
        const long y = shown->SendScintilla(QsciScintilla::SCI_POINTYFROMPOSITION, 0UL, start);
        return static_cast<int>(y) + shown->textHeight(line - 1) / 2;
    }
    int lineWithMarker(int marker) const
    {
        QsciScintilla* shown = editor();
        return shown ? shown->markerFindNext(0, 1U << marker) + 1 : 0;
    }

    QMainWindow& m_window;
};

} // namespace tests
