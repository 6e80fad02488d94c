#pragma once

// The open scripts, one tab each; a welcome page while there is none.

#include "widgets/editor/script_page.h"

#include <QList>
#include <QStackedWidget>

class QCommandLinkButton;
class QTabWidget;

namespace widgets {

class Theme;

class ScriptTabs : public QStackedWidget {
    Q_OBJECT

public:
    explicit ScriptTabs(const Theme& theme, QWidget* parent = nullptr);

    ScriptPage* current() const;
    /// Brings a page to the front.
    void show(ScriptPage* page);
    QList<ScriptPage*> pages() const;

    void newScript();
    /// Opens a sample of the program by its name ("rate_limiter").
    void openSample(const QString& name);
    /// Brings a page with exactly this text to the front: one that is open, or a new one of this title.
    ScriptPage* showScript(const QString& title, const QByteArray& bytes);
    /// Opens a file, or shows its tab when it is open. False, with the reason, when it cannot be read.
    bool openFile(const QString& path, QString* error);
    /// Asks for files and opens them. What cannot be opened is said by `failed`.
    void askAndOpen();
    /// Saves the current page; asks where to when it has no file yet, or `as` says so.
    void save(bool as);
    /// Closes the current page; text that is saved nowhere is asked about.
    void closeCurrent();

    QList<ScriptPageState> states() const;
    void restore(const QList<ScriptPageState>& states, int current);
    int currentNumber() const;

    /// Names of the samples, in the order in which they are shown.
    static QStringList sampleNames();
    static QString sampleTitle(const QString& name);

Q_SIGNALS:
    void currentChanged(widgets::ScriptPage* page);
    void failed(const QString& why);
    void listenerWanted();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* makeWelcome();
    QCommandLinkButton* makeLink(const QString& icon, const QString& title, const QString& what);
    void addTab(ScriptPage* page);
    ScriptPage* addPage();
    void close(int tab);
    void updateTitle(ScriptPage* page);
    void updateWelcome();

    const Theme& m_theme;
    QTabWidget* m_tabs;
};

} // namespace widgets
