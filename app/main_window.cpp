#include "app/main_window.h"

#include "widgets/editor/script_tabs.h"
#include "widgets/parts/theme.h"
#include "widgets/parts/toned_text.h"
#include "widgets/views/breakpoints_view.h"
#include "widgets/views/changes_view.h"
#include "widgets/views/clock_panel.h"
#include "widgets/views/console_view.h"
#include "widgets/views/history_view.h"
#include "widgets/views/listener_panel.h"
#include "widgets/views/log_view.h"
#include "widgets/views/result_view.h"
#include "widgets/views/slowlog_view.h"
#include "widgets/views/stack_view.h"
#include "widgets/views/timeline_view.h"
#include "widgets/views/variables_view.h"
#include "widgets/views/watches_view.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QLabel>
#include <QMenuBar>
#include <QScreen>
#include <QStatusBar>
#include <QTabBar>

namespace app {

MainWindow::MainWindow(const widgets::Theme& theme, const engine::CommandTable& commands)
    : m_theme(theme), m_actions(new Actions(*this, theme)), m_listenerStatus(new QLabel), m_dataStatus(new QLabel),
      m_clockStatus(new widgets::TonedLabel(theme, widgets::Role::MutedText)),
      m_syncStatus(new widgets::TonedLabel(theme, widgets::Role::Warning))
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("Ferrite Workbench"));
    setDockNestingEnabled(true);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    makeViews(commands);
    setCentralWidget(m_views.scripts);
    makeDocks();
    for (QLabel* label : std::initializer_list<QLabel*>{m_syncStatus, m_clockStatus, m_dataStatus, m_listenerStatus}) {
        label->setTextFormat(Qt::PlainText);
        label->setContentsMargins(8, 0, 8, 0);
    }
    m_listenerStatus->setObjectName(QStringLiteral("listenerStatus"));
    m_dataStatus->setObjectName(QStringLiteral("dataStatus"));
    m_clockStatus->setObjectName(QStringLiteral("clockStatus"));
    m_syncStatus->setObjectName(QStringLiteral("syncStatus"));
    QFont loud = m_syncStatus->font();
    loud.setBold(true);
    m_syncStatus->setFont(loud);
    m_syncStatus->setVisible(false);
    statusBar()->addPermanentWidget(m_syncStatus);
    statusBar()->addPermanentWidget(m_clockStatus);
    statusBar()->addPermanentWidget(m_dataStatus);
    statusBar()->addPermanentWidget(m_listenerStatus);
    const QSize wanted(1440, 900);
    resize(screen() ? wanted.boundedTo(screen()->availableSize()) : wanted);
    m_firstLayout = saveState(kLayoutVersion);
}

void MainWindow::makeViews(const engine::CommandTable& commands)
{
    m_views = {
        .scripts = new widgets::ScriptTabs(m_theme),
        .result = new widgets::ResultView(m_theme),
        .stack = new widgets::StackView(m_theme),
        .variables = new widgets::VariablesView(m_theme),
        .watches = new widgets::WatchesView(m_theme),
        .breakpoints = new widgets::BreakpointsView(m_theme),
        .timeline = new widgets::TimelineView(m_theme),
        .history = new widgets::HistoryView(m_theme),
        .changes = new widgets::ChangesView(m_theme),
        .console = new widgets::ConsoleView(m_theme, commands),
        .slowlog = new widgets::SlowlogView(m_theme),
        .log = new widgets::LogView(m_theme),
        .listener = new widgets::ListenerPanel(m_theme),
        .clock = new widgets::ClockPanel(m_theme),
    };
}

QDockWidget* MainWindow::addDock(const QString& name, const QString& title, QWidget* view)
{
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setWidget(view);
    m_docks.append(dock);
    connect(dock, &QDockWidget::dockLocationChanged, this, &MainWindow::updateTitleBars, Qt::QueuedConnection);
    connect(dock, &QDockWidget::topLevelChanged, this, &MainWindow::updateTitleBars, Qt::QueuedConnection);
    connect(dock, &QDockWidget::visibilityChanged, this, &MainWindow::updateTitleBars, Qt::QueuedConnection);
    return dock;
}

void MainWindow::makeDocks()
{
    auto* variables = addDock(QStringLiteral("variablesDock"), tr("Variables"), m_views.variables);
    auto* stack = addDock(QStringLiteral("stackDock"), tr("Call stack"), m_views.stack);
    auto* watches = addDock(QStringLiteral("watchesDock"), tr("Watches"), m_views.watches);
    auto* listener = addDock(QStringLiteral("listenerDock"), tr("Listener"), m_views.listener);
    auto* clock = addDock(QStringLiteral("clockDock"), tr("Clock"), m_views.clock);
    auto* result = addDock(QStringLiteral("resultDock"), tr("Result"), m_views.result);
    auto* timeline = addDock(QStringLiteral("timelineDock"), tr("Timeline"), m_views.timeline);
    auto* history = addDock(QStringLiteral("historyDock"), tr("History"), m_views.history);
    auto* changes = addDock(QStringLiteral("changesDock"), tr("Changes"), m_views.changes);
    auto* breakpoints = addDock(QStringLiteral("breakpointsDock"), tr("Breakpoints"), m_views.breakpoints);
    auto* console = addDock(QStringLiteral("consoleDock"), tr("Console"), m_views.console);
    auto* slowlog = addDock(QStringLiteral("slowlogDock"), tr("Slow log"), m_views.slowlog);
    auto* log = addDock(QStringLiteral("logDock"), tr("Log"), m_views.log);

    addDockWidget(Qt::RightDockWidgetArea, variables);
    addDockWidget(Qt::RightDockWidgetArea, stack);
    addDockWidget(Qt::RightDockWidgetArea, watches);
    tabifyDockWidget(watches, listener);
    tabifyDockWidget(listener, clock);
    addDockWidget(Qt::BottomDockWidgetArea, result);
    addDockWidget(Qt::BottomDockWidgetArea, changes);
    tabifyDockWidget(result, console);
    tabifyDockWidget(console, slowlog);
    tabifyDockWidget(slowlog, log);
    tabifyDockWidget(log, breakpoints);
    tabifyDockWidget(changes, timeline);
    tabifyDockWidget(timeline, history);
    for (QDockWidget* front : {result, changes, watches})
        front->raise();
    resizeDocks({variables, stack, watches}, {300, 130, 190}, Qt::Vertical);
    resizeDocks({variables}, {350}, Qt::Horizontal);
    resizeDocks({result}, {290}, Qt::Vertical);
    resizeDocks({result, changes}, {1, 1}, Qt::Horizontal);

    QMenu* view = menuBar()->findChild<QMenu*>(QStringLiteral("menu%1").arg(static_cast<int>(Menu::View)));
    view->addSeparator();
    for (QDockWidget* dock : m_docks)
        view->addAction(dock->toggleViewAction());
}

void MainWindow::raise(QWidget* view)
{
    for (QDockWidget* dock : m_docks) {
        if (dock->widget() == view) {
            dock->show();
            dock->raise();
        }
    }
}

void MainWindow::updateTitleBars()
{
    // Among tabs the tab is the title: a second one would only take room. A tab is dragged out to float.
    for (QDockWidget* dock : m_docks) {
        const bool isTab = !dock->isFloating() && !tabifiedDockWidgets(dock).isEmpty();
        if (isTab == (dock->titleBarWidget() != nullptr))
            continue;
        QWidget* bar = dock->titleBarWidget();
        dock->setTitleBarWidget(isTab ? new QWidget(dock) : nullptr);
        delete bar;
    }
}

void MainWindow::resetLayout()
{
    for (QDockWidget* dock : m_docks)
        dock->setFloating(false);
    restoreState(m_firstLayout, kLayoutVersion);
}

void MainWindow::showListenerStatus(const QString& text)
{
    m_listenerStatus->setText(text);
}
void MainWindow::showDataStatus(const QString& text)
{
    m_dataStatus->setText(text);
}

void MainWindow::showClockStatus(const QString& text, bool loud)
{
    m_clockStatus->setRole(loud ? widgets::Role::Warning : widgets::Role::MutedText);
    QFont font = m_clockStatus->font();
    font.setBold(loud);
    m_clockStatus->setFont(font);
    m_clockStatus->setText(text);
}

void MainWindow::showSyncStatus(const QString& text)
{
    m_syncStatus->setText(text);
    m_syncStatus->setVisible(!text.isEmpty());
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    Q_EMIT closing();
    event->accept();
}

} // namespace app
