#include "widgets/editor/script_tabs.h"

#include "widgets/editor/lua_editor.h"
#include "widgets/parts/icons.h"
#include "widgets/parts/toned_text.h"

#include <QCommandLinkButton>
#include <QDragEnterEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QMessageBox>
#include <QMimeData>
#include <QScrollArea>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace widgets {

namespace {

struct Sample {
    const char* name;
    const char* title;
    const char* what;
};

constexpr Sample kSamples[] = {
    {"rate_limiter", QT_TRANSLATE_NOOP("ScriptTabs", "Rate limiter"),
        QT_TRANSLATE_NOOP("ScriptTabs", "At most N requests in each window of time")},
    {"sliding_window", QT_TRANSLATE_NOOP("ScriptTabs", "Sliding window"),
        QT_TRANSLATE_NOOP("ScriptTabs", "At most N requests in any stretch of time")},
    {"acquire_lock", QT_TRANSLATE_NOOP("ScriptTabs", "Lock: acquire"),
        QT_TRANSLATE_NOOP("ScriptTabs", "Take a lock, with a fencing number")},
    {"release_lock", QT_TRANSLATE_NOOP("ScriptTabs", "Lock: release"),
        QT_TRANSLATE_NOOP("ScriptTabs", "Give it back, if it is still ours")},
    {"compare_and_swap", QT_TRANSLATE_NOOP("ScriptTabs", "Compare and swap"),
        QT_TRANSLATE_NOOP("ScriptTabs", "Write only over the value expected")},
    {"leaderboard", QT_TRANSLATE_NOOP("ScriptTabs", "Leaderboard"),
        QT_TRANSLATE_NOOP("ScriptTabs", "Set a score and learn the rank")},
    {"stale_while_revalidate", QT_TRANSLATE_NOOP("ScriptTabs", "Stale while revalidating"),
        QT_TRANSLATE_NOOP("ScriptTabs", "Serve the old value while one caller fetches the new")},
};

} // namespace

ScriptTabs::ScriptTabs(const Theme& theme, QWidget* parent)
    : QStackedWidget(parent), m_theme(theme), m_tabs(new QTabWidget)
{
    m_tabs->setObjectName(QStringLiteral("scriptTabs"));
    m_tabs->setMovable(true);
    m_tabs->setDocumentMode(true);
    addWidget(makeWelcome());
    addWidget(m_tabs);
    setAcceptDrops(true);
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        updateWelcome();
        Q_EMIT currentChanged(current());
    });
    updateWelcome();
}

QCommandLinkButton* ScriptTabs::makeLink(const QString& icon, const QString& title, const QString& what)
{
    auto* link = new QCommandLinkButton(title, what);
    link->setIconSize(QSize(20, 20));
    const auto applyTheme = [this, link, icon] { link->setIcon(themedIcon(icon, m_theme)); };
    connect(&m_theme, &Theme::changed, link, applyTheme);
    applyTheme();
    return link;
}

QWidget* ScriptTabs::makeWelcome()
{
    auto* inner = new QWidget;
    auto* layout = new QVBoxLayout;
    auto* title = new QLabel(tr("Write, run and step through Lua scripts for Redis"));
    QFont font = title->font();
    font.setPointSizeF(font.pointSizeF() * 1.7);
    title->setFont(font);
    title->setWordWrap(true);
    layout->addWidget(title);
    auto* hint = new TonedLabel(m_theme, Role::MutedText);
    hint->setText(tr("A whole Redis-compatible engine is inside: nothing else is needed. Open a sample, fill KEYS and "
                     "ARGV above it, then press Ctrl+Enter to run it or F5 to step through it."));
    hint->setWordWrap(true);
    layout->addWidget(hint);
    layout->addSpacing(fontMetrics().height());

    auto* links = new QGridLayout;
    int place = 0;
    const auto add = [&](QCommandLinkButton* link) {
        links->addWidget(link, place / 2, place % 2);
        ++place;
    };
    for (const Sample& sample : kSamples) {
        auto* link = makeLink(QStringLiteral("run"), tr(sample.title), tr(sample.what));
        link->setObjectName(QStringLiteral("sample_") + QLatin1String(sample.name));
        connect(
            link, &QCommandLinkButton::clicked, this, [this, name = QLatin1String(sample.name)] { openSample(name); });
        add(link);
    }
    place += place % 2;
    auto* open = makeLink(QStringLiteral("open"), tr("Open a file…"), tr("Or drop scripts onto this window"));
    connect(open, &QCommandLinkButton::clicked, this, &ScriptTabs::askAndOpen);
    add(open);
    auto* listen =
        makeLink(QStringLiteral("listener"), tr("Start the listener"), tr("Serve redis-cli and other programs"));
    connect(listen, &QCommandLinkButton::clicked, this, &ScriptTabs::listenerWanted);
    add(listen);
    layout->addLayout(links);

    // Lines of text stay short enough to read, however wide the window.
    auto* column = new QWidget;
    column->setLayout(layout);
    column->setMaximumWidth(fontMetrics().averageCharWidth() * 120);
    auto* around = new QHBoxLayout(inner);
    around->setContentsMargins(32, 20, 32, 20);
    around->addStretch(1);
    around->addWidget(column, 100, Qt::AlignTop);
    around->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setObjectName(QStringLiteral("welcomePage"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(inner);
    return scroll;
}

void ScriptTabs::addTab(ScriptPage* page)
{
    m_tabs->addTab(page, page->title());
    auto* closer = new QToolButton;
    closer->setAutoRaise(true);
    closer->setIconSize(QSize(14, 14));
    closer->setAccessibleName(tr("Close"));
    closer->setToolTip(tr("Close this script"));
    const auto applyTheme = [this, closer] { closer->setIcon(themedIcon(QStringLiteral("clear"), m_theme)); };
    connect(&m_theme, &Theme::changed, closer, applyTheme);
    applyTheme();
    connect(closer, &QToolButton::clicked, this, [this, page] { close(m_tabs->indexOf(page)); });
    m_tabs->tabBar()->setTabButton(m_tabs->indexOf(page), QTabBar::RightSide, closer);
    connect(page, &ScriptPage::titleChanged, this, [this, page] { updateTitle(page); });
    m_tabs->setCurrentWidget(page);
    updateTitle(page);
}

QStringList ScriptTabs::sampleNames()
{
    QStringList names;
    for (const Sample& sample : kSamples)
        names += QLatin1String(sample.name);
    return names;
}

QString ScriptTabs::sampleTitle(const QString& name)
{
    for (const Sample& sample : kSamples) {
        if (name == QLatin1String(sample.name))
            return tr(sample.title);
    }
    return name;
}

ScriptPage* ScriptTabs::current() const
{
    return qobject_cast<ScriptPage*>(m_tabs->currentWidget());
}

void ScriptTabs::show(ScriptPage* page)
{
    m_tabs->setCurrentWidget(page);
}

QList<ScriptPage*> ScriptTabs::pages() const
{
    QList<ScriptPage*> result;
    for (int tab = 0; tab < m_tabs->count(); ++tab)
        result.append(qobject_cast<ScriptPage*>(m_tabs->widget(tab)));
    return result;
}

ScriptPage* ScriptTabs::addPage()
{
    auto* page = new ScriptPage(m_theme);
    addTab(page);
    page->editor().setFocus();
    return page;
}

void ScriptTabs::newScript()
{
    addPage()->setScript(tr("Untitled"), {});
}

void ScriptTabs::openSample(const QString& name)
{
    QFile file(QStringLiteral(":/samples/%1.lua").arg(name));
    if (!file.open(QIODevice::ReadOnly)) {
        Q_EMIT failed(tr("There is no sample named %1.").arg(name));
        return;
    }
    addPage()->setScript(name + QLatin1String(".lua"), file.readAll());
}

ScriptPage* ScriptTabs::showScript(const QString& title, const QByteArray& bytes)
{
    for (ScriptPage* page : pages()) {
        if (page->bytes() == bytes) {
            m_tabs->setCurrentWidget(page);
            return page;
        }
    }
    ScriptPage* page = addPage();
    page->setScript(title, bytes);
    return page;
}

bool ScriptTabs::openFile(const QString& path, QString* error)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    for (ScriptPage* page : pages()) {
        if (page->path() == absolute) {
            m_tabs->setCurrentWidget(page);
            return true;
        }
    }
    auto* page = new ScriptPage(m_theme);
    if (!page->load(absolute, error)) {
        delete page;
        return false;
    }
    addTab(page);
    page->editor().setFocus();
    return true;
}

void ScriptTabs::askAndOpen()
{
    const QStringList paths =
        QFileDialog::getOpenFileNames(this, tr("Open scripts"), {}, tr("Lua scripts (*.lua);;All files (*)"));
    for (const QString& path : paths) {
        QString error;
        if (!openFile(path, &error))
            Q_EMIT failed(error);
    }
}

void ScriptTabs::save(bool as)
{
    ScriptPage* page = current();
    if (!page)
        return;
    QString path = page->path();
    if (as || path.isEmpty())
        path = QFileDialog::getSaveFileName(
            this, tr("Save script"), path.isEmpty() ? page->title() : path, tr("Lua scripts (*.lua);;All files (*)"));
    QString error;
    if (!path.isEmpty() && !page->save(path, &error))
        page->showMessage(error);
}

void ScriptTabs::closeCurrent()
{
    if (m_tabs->currentIndex() >= 0)
        close(m_tabs->currentIndex());
}

void ScriptTabs::close(int tab)
{
    auto* page = qobject_cast<ScriptPage*>(m_tabs->widget(tab));
    if (page->isModified()) {
        m_tabs->setCurrentIndex(tab);
        const auto answer = QMessageBox::question(this, tr("Close script"),
            tr("%1 has changes that are saved nowhere.").arg(page->title()),
            QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, QMessageBox::Save);
        if (answer == QMessageBox::Cancel)
            return;
        if (answer == QMessageBox::Save) {
            save(false);
            if (page->isModified())
                return;
        }
    }
    m_tabs->removeTab(tab);
    page->deleteLater();
    updateWelcome();
}

QList<ScriptPageState> ScriptTabs::states() const
{
    QList<ScriptPageState> result;
    for (ScriptPage* page : pages())
        result.append(page->state());
    return result;
}

void ScriptTabs::restore(const QList<ScriptPageState>& states, int current)
{
    for (const ScriptPageState& state : states)
        addPage()->restore(state);
    if (current >= 0 && current < m_tabs->count())
        m_tabs->setCurrentIndex(current);
}

int ScriptTabs::currentNumber() const
{
    return m_tabs->currentIndex();
}

void ScriptTabs::updateTitle(ScriptPage* page)
{
    const int tab = m_tabs->indexOf(page);
    m_tabs->setTabText(tab, page->isModified() ? page->title() + QStringLiteral(" •") : page->title());
    m_tabs->setTabToolTip(tab, page->path().isEmpty() ? tr("Not saved in a file yet") : page->path());
}

void ScriptTabs::updateWelcome()
{
    setCurrentIndex(m_tabs->count() == 0 ? 0 : 1);
}

void ScriptTabs::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void ScriptTabs::dropEvent(QDropEvent* event)
{
    for (const QUrl& url : event->mimeData()->urls()) {
        QString error;
        if (!url.isLocalFile())
            Q_EMIT failed(tr("%1 is not a file of this computer.").arg(url.toString()));
        else if (!openFile(url.toLocalFile(), &error))
            Q_EMIT failed(error);
    }
    event->acceptProposedAction();
}

} // namespace widgets
