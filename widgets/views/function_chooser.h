#pragma once

// Which function of a library is run and debugged: a line above KEYS and ARGV, shown for libraries alone.

#include <QStringList>
#include <QWidget>

class QComboBox;
class QLabel;

namespace widgets {

class FunctionChooser : public QWidget {
    Q_OBJECT

public:
    explicit FunctionChooser(QWidget* parent = nullptr);

    /// Reads from the script's text whether it is a library, and which functions it seems to register; the chosen one
    /// stays as long as it is among them.
    void readScript(const QByteArray& script);
    /// Those that loading it has registered.
    void setFunctions(const QStringList& functions);
    bool isLibrary() const { return m_isLibrary; }

    /// Empty: none.
    QString chosen() const { return m_chosen; }
    void choose(const QString& function);
    /// Lists the functions below the line, for `question`; what is picked there is chosen, and `picked` says so.
    void ask(const QString& question);

Q_SIGNALS:
    /// By a person.
    void chosenChanged();
    /// In answer to `ask`.
    void picked();

private:
    void fill();

    QLabel* m_library;
    QComboBox* m_box;
    QStringList m_functions;
    QString m_chosen;
    bool m_isLibrary = false;
};

/// The functions that a library's text registers by name. Not those whose names are computed.
QStringList registeredNames(const QByteArray& script);

} // namespace widgets
