#pragma once

// KEYS and ARGV of one script, side by side. Pasting a whole line fills both.

#include <QWidget>

class QLabel;
class QTableView;

namespace widgets {

class ArgumentsModel;

class ArgumentsPanel : public QWidget {
    Q_OBJECT

public:
    explicit ArgumentsPanel(QWidget* parent = nullptr);

    QList<QByteArray> keys() const;
    QList<QByteArray> argv() const;
    void setArguments(const QList<QByteArray>& keys, const QList<QByteArray>& argv);
    /// Takes the argument names from the script's comments.
    void readNames(const QByteArray& script);
    /// Fills both tables from a line, as parseArguments reads it; says below what was put right or wrong.
    void fillFrom(const QByteArray& line);
    /// `redis-cli --eval FILE keys , argv`.
    QByteArray commandLine(const QString& file) const;
    /// `redis-cli FCALL FUNCTION numkeys keys argv`.
    QByteArray functionLine(const QString& function) const;

    /// Takes over an edit that is still open, so that a run sees what is on the screen.
    void commitEdits();

Q_SIGNALS:
    void argumentsChanged();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QTableView* makeTable(ArgumentsModel* model, const QString& name);
    void removeSelected(QTableView* table);
    void pasteFromClipboard();
    void say(const QString& text, bool isError);

    ArgumentsModel* m_keys;
    ArgumentsModel* m_argv;
    QTableView* m_keysTable;
    QTableView* m_argvTable;
    QLabel* m_note;
};

} // namespace widgets
