#pragma once

// One script in a tab: its editor, KEYS and ARGV, its file, and a bar for what must be said about it.

#include <QWidget>

#include "debugger/breakpoint_spec.h"

#include <vector>

class QLabel;
class QToolButton;

namespace widgets {

class ArgumentsPanel;
class FunctionChooser;
class LuaEditor;
class Theme;

/// All of a page that survives the program's end.
struct ScriptPageState {
    QString path; // empty: never saved
    QString title; // for a page without a path
    QByteArray bytes; // only when they differ from the file
    bool hasBytes = false;
    std::vector<debugger::BreakpointSpec> breakpoints; // on lines
    QList<QByteArray> keys;
    QList<QByteArray> argv;
    QString function = {}; // of a library: the one that was chosen
    int caretLine = 1;
};

class ScriptPage : public QWidget {
    Q_OBJECT

public:
    explicit ScriptPage(const Theme& theme, QWidget* parent = nullptr);

    LuaEditor& editor() { return *m_editor; }
    ArgumentsPanel& arguments() { return *m_arguments; }
    FunctionChooser& function() { return *m_function; }

    /// Takes a script that is no file of the person's, such as a sample: saving asks where to.
    void setScript(const QString& title, const QByteArray& bytes);
    /// Reads a file. The error says what to do; the page is unchanged then.
    bool load(const QString& path, QString* error);
    /// Writes the page's file, all or nothing.
    bool save(const QString& path, QString* error);

    QString path() const { return m_path; }
    QString title() const;
    bool isModified() const;
    QByteArray bytes() const;
    /// 40 hexadecimal digits of the exact bytes.
    QString sha1() const;

    ScriptPageState state() const;
    void restore(const ScriptPageState& state);

    /// A line above the editor; an empty text hides it.
    void showMessage(const QString& text);

Q_SIGNALS:
    void titleChanged();

private:
    void onBytesChanged();
    void copySha1();

    LuaEditor* m_editor;
    ArgumentsPanel* m_arguments;
    FunctionChooser* m_function;
    QToolButton* m_sha1;
    QLabel* m_lineEnds;
    QLabel* m_message;
    QString m_path;
    QString m_title;
};

} // namespace widgets
