#include "app/workbench.h"

#include "app/breakpoint_controller.h"
#include "app/clock_controller.h"
#include "app/color_scheme.h"
#include "app/debug_controller.h"
#include "app/function_picker.h"
#include "app/main_window.h"
#include "app/sync_controller.h"
#include "app/writes_controller.h"
#include "widgets/editor/lua_editor.h"
#include "widgets/editor/script_tabs.h"
#include "widgets/models/counted_text.h"
#include "widgets/models/value_text.h"
#include "widgets/models/watches_model.h"
#include "widgets/views/arguments_panel.h"
#include "widgets/views/breakpoints_view.h"
#include "widgets/views/clock_panel.h"
#include "widgets/views/console_view.h"
#include "widgets/views/function_chooser.h"
#include "widgets/views/log_view.h"
#include "widgets/views/result_view.h"
#include "widgets/views/slowlog_view.h"
#include "widgets/views/watches_view.h"

#include <QApplication>
#include <QClipboard>
#include <QLocale>
#include <QMessageBox>
#include <QRandomGenerator>
#include <QStatusBar>

#include <clocale>

static void initResources()
{
    Q_INIT_RESOURCE(resources);
}

namespace app {

namespace {

std::vector<engine::Bytes> bytesOf(const QList<QByteArray>& values)
{
    std::vector<engine::Bytes> result;
    for (const QByteArray& value : values)
        result.push_back(value.toStdString());
    return result;
}

} // namespace

Workbench::Workbench(Settings settings) : m_settings(std::move(settings)), m_preferences(m_settings.preferences())
{
    initResources();
    // Qt takes the desktop's locale over into the C library; Lua would then read and write 0,5.
    std::setlocale(LC_NUMERIC, "C");
    m_theme = std::make_unique<widgets::Theme>();
    m_theme->setSystemIsDark(systemPrefersDark());
    m_theme->choose(m_preferences.theme);
    m_engine = std::make_unique<widgets::EngineLink>(m_clock, QRandomGenerator::system()->generate64());
    applyTheme();
    m_window = std::make_unique<MainWindow>(*m_theme, m_engine->commands());
    m_breakpoints = std::make_unique<BreakpointController>(*m_window, m_engine->commands());
    m_writes = std::make_unique<WritesController>(*m_window, *m_engine);
    m_sync = std::make_unique<SyncController>(*m_window, *m_engine);
    m_functions = std::make_unique<FunctionPicker>(*m_window, *m_engine);
    m_debug = std::make_unique<DebugController>(
        *m_window, *m_breakpoints, *m_writes, *m_sync, *m_functions, *m_engine, m_clock, m_preferences.runTimeLimit);
    m_clockControl = std::make_unique<ClockController>(m_clock, *m_window, *m_sync, *m_engine);
    connect(m_clockControl.get(), &ClockController::changed, this, &Workbench::updateActions);
    m_window->views().listener->setSettings(m_preferences.listener);
    connectViews();
    connectEngine();
    m_refresh.start(std::chrono::milliseconds(500));
    m_autosave.setSingleShot(true);
    m_autosave.setInterval(std::chrono::seconds(3));
    updateActions();
}

Workbench::~Workbench()
{
    // The session reads what the engine link gave it; the window's views are asked by both.
    m_clockControl.reset();
    m_debug.reset();
    m_functions.reset();
    m_sync.reset();
    m_writes.reset();
    m_breakpoints.reset();
    m_window.reset();
}

void Workbench::connectViews()
{
    const Views& views = m_window->views();
    connect(&m_window->actions(), &Actions::triggered, this, &Workbench::trigger);
    connect(m_window.get(), &MainWindow::closing, this, &Workbench::saveState);
    connect(m_theme.get(), &widgets::Theme::changed, this, &Workbench::applyTheme);
    connect(m_debug.get(), &DebugController::stateChanged, this, &Workbench::updateActions);
    connect(m_writes.get(), &WritesController::stateChanged, this, &Workbench::updateActions);
    connect(m_breakpoints.get(), &BreakpointController::changed, &m_autosave, qOverload<>(&QTimer::start));
    connect(views.scripts, &widgets::ScriptTabs::currentChanged, this, [this](widgets::ScriptPage* page) {
        const auto save = qOverload<>(&QTimer::start);
        if (page) {
            connect(&page->editor(), &widgets::LuaEditor::bytesChanged, &m_autosave, save, Qt::UniqueConnection);
            connect(&page->arguments(), &widgets::ArgumentsPanel::argumentsChanged, &m_autosave, save,
                Qt::UniqueConnection);
            connect(
                &page->function(), &widgets::FunctionChooser::chosenChanged, &m_autosave, save, Qt::UniqueConnection);
        }
        updateActions();
    });
    connect(views.scripts, &widgets::ScriptTabs::failed, this, [this](const QString& why) {
        m_window->statusBar()->showMessage(why);
        m_window->views().log->add(3, tr("scripts"), why);
    });
    connect(views.scripts, &widgets::ScriptTabs::listenerWanted, this, &Workbench::toggleListener);
    connect(views.result, &widgets::ResultView::lineActivated, this, [this](int line) {
        if (widgets::ScriptPage* page = m_window->views().scripts->current())
            page->editor().goToLine(line);
    });
    connect(views.console, &widgets::ConsoleView::submitted, m_engine.get(), &widgets::EngineLink::execute);
    connect(views.slowlog, &widgets::SlowlogView::thresholdChosen, m_engine.get(),
        &widgets::EngineLink::setSlowlogThreshold);
    connect(views.slowlog, &widgets::SlowlogView::resetWanted, m_engine.get(), &widgets::EngineLink::resetSlowlog);
    connect(views.listener, &widgets::ListenerPanel::startWanted, this, [this] { startListener(); });
    connect(views.listener, &widgets::ListenerPanel::stopWanted, this, &Workbench::closeListener);
    connect(&m_autosave, &QTimer::timeout, this, &Workbench::saveState);
    connect(&m_refresh, &QTimer::timeout, m_engine.get(), &widgets::EngineLink::readStatus);
    connect(&m_refresh, &QTimer::timeout, this, [this] {
        if (m_window->views().slowlog->isVisible())
            m_engine->readSlowlog();
    });
}

void Workbench::connectEngine()
{
    const Views& views = m_window->views();
    connect(m_engine.get(), &widgets::EngineLink::ran, this, &Workbench::showReport);
    connect(m_engine.get(), &widgets::EngineLink::status, this, &Workbench::showStatus);
    connect(m_engine.get(), &widgets::EngineLink::clientsChanged, m_engine.get(), &widgets::EngineLink::readStatus);
    connect(m_engine.get(), &widgets::EngineLink::replied, this,
        [this](const std::vector<engine::Bytes>&, const engine::Reply& reply, int database) {
            m_window->views().console->showReply(reply, database);
        });
    connect(m_engine.get(), &widgets::EngineLink::slowlogRead, this, [this](const widgets::SlowlogReading& reading) {
        m_window->views().slowlog->showEntries(reading.entries, reading.thresholdMicros);
    });
    connect(m_engine.get(), &widgets::EngineLink::killed, this, [this](const engine::Reply& reply) {
        if (reply.isError())
            m_window->statusBar()->showMessage(widgets::textOf(reply.text));
    });
    connect(m_engine.get(), &widgets::EngineLink::listening, views.listener, &widgets::ListenerPanel::showListening);
    connect(m_engine.get(), &widgets::EngineLink::listening, this, [this](const engine::ListenReport& report) {
        m_listening = true;
        m_window->showListenerStatus(
            tr("Listening on %1")
                .arg(QString::fromStdString(report.addresses.empty() ? "" : report.addresses.front())));
        updateActions();
    });
    connect(m_engine.get(), &widgets::EngineLink::listenFailed, this, [this](const QString& why) {
        m_listening = false;
        m_window->views().listener->showFailed(why);
        m_window->raise(m_window->views().listener);
        updateActions();
    });
    connect(m_engine.get(), &widgets::EngineLink::listenerClosed, this, [this] {
        m_listening = false;
        m_window->views().listener->showOff();
        updateActions();
    });
}

void Workbench::start(const QStringList& files)
{
    restoreState();
    for (const QString& file : files) {
        QString error;
        if (!m_window->views().scripts->openFile(file, &error)) {
            m_window->statusBar()->showMessage(error);
            m_window->views().log->add(3, tr("scripts"), error);
        }
    }
    m_window->show();
    m_engine->readStatus();
    updateActions();
}

void Workbench::trigger(ActionId id)
{
    const Views& views = m_window->views();
    widgets::ScriptPage* page = views.scripts->current();
    if (triggerDebug(id) || triggerClock(id) || m_breakpoints->trigger(id))
        return;
    switch (id) {
    case ActionId::NewScript:
        return views.scripts->newScript();
    case ActionId::OpenScript:
        return views.scripts->askAndOpen();
    case ActionId::SaveScript:
        return views.scripts->save(false);
    case ActionId::SaveScriptAs:
        return views.scripts->save(true);
    case ActionId::CloseScript:
        return views.scripts->closeCurrent();
    case ActionId::Quit:
        m_window->close();
        return;
    case ActionId::ToggleComment:
        return page->editor().toggleComment();
    case ActionId::PasteArguments:
        return page->arguments().fillFrom(QApplication::clipboard()->text().toUtf8());
    case ActionId::CopyCommandLine:
        return copyCommandLine(*page);
    case ActionId::Run:
        return run(true);
    case ActionId::RunThrowaway:
        return run(false);
    case ActionId::StopScript:
        return m_engine->killScript();
    case ActionId::ThemeSystem:
        return chooseTheme(widgets::ThemeChoice::System);
    case ActionId::ThemeLight:
        return chooseTheme(widgets::ThemeChoice::Light);
    case ActionId::ThemeDark:
        return chooseTheme(widgets::ThemeChoice::Dark);
    case ActionId::ResetLayout:
        return m_window->resetLayout();
    case ActionId::ToggleListener:
        return toggleListener();
    case ActionId::About:
        return showAbout();
    default:
        return;
    }
}

void Workbench::copyCommandLine(widgets::ScriptPage& page)
{
    const QString function = page.function().chosen();
    if (page.function().isLibrary() && function.isEmpty())
        return m_window->statusBar()->showMessage(
            tr("Choose a function first, above KEYS and ARGV: a library is called by FCALL and the name of one."));
    QApplication::clipboard()->setText(QString::fromUtf8(page.function().isLibrary()
            ? page.arguments().functionLine(function)
            : page.arguments().commandLine(page.path().isEmpty() ? page.title() : page.path())));
}

bool Workbench::triggerClock(ActionId id)
{
    if (id == ActionId::FreezeClock)
        m_clockControl->toggleFrozen();
    else if (id == ActionId::AdvanceClock)
        m_clockControl->advance();
    else if (id == ActionId::LiveClock)
        m_clockControl->goLive();
    else if (id == ActionId::ShowClock)
        m_window->raise(m_window->views().clock);
    else
        return false;
    return true;
}

bool Workbench::triggerDebug(ActionId id)
{
    using debugger::Move;
    struct MoveRow {
        ActionId id;
        Move move;
    };
    constexpr MoveRow kMoves[] = {
        {ActionId::StepOver, Move::Over},
        {ActionId::StepInto, Move::Into},
        {ActionId::StepOut, Move::Out},
        {ActionId::StepBack, Move::Back},
        {ActionId::BackOver, Move::BackOver},
        {ActionId::BackOut, Move::BackOut},
        {ActionId::ReverseContinue, Move::ReverseContinue},
        {ActionId::ToStart, Move::ToStart},
        {ActionId::ToEnd, Move::ToEnd},
    };
    for (const MoveRow& row : kMoves) {
        if (row.id == id) {
            m_debug->move(row.move);
            return true;
        }
    }
    if (id == ActionId::DebugContinue)
        m_debug->startOrContinue();
    else if (id == ActionId::DebugSync)
        m_debug->startSync();
    else if (id == ActionId::DebugStop)
        m_debug->stop();
    else if (id == ActionId::DebugRestart)
        m_debug->restart();
    else if (id == ActionId::DebugPause)
        m_debug->pause();
    else if (id == ActionId::RunToCaret)
        m_debug->runToCaret();
    else if (id == ActionId::SaveRecording)
        m_debug->askAndSaveRecording();
    else if (id == ActionId::OpenRecording)
        m_debug->askAndOpenRecording();
    else if (id == ActionId::ShowHistory)
        m_debug->askHistory();
    else if (id == ActionId::ApplyWrites)
        m_writes->apply();
    else if (id == ActionId::UndoWrites)
        m_writes->undo();
    else
        return false;
    return true;
}

void Workbench::run(bool keepWrites)
{
    widgets::ScriptPage* page = m_window->views().scripts->current();
    if (!page || m_running)
        return;
    page->arguments().commitEdits();
    page->editor().showErrorLine(0);
    m_functions->pick(page, [this, page = QPointer(page), keepWrites](const QString& function) {
        if (page && !m_running)
            runFunction(page, function, keepWrites);
    });
}

void Workbench::runFunction(widgets::ScriptPage* page, const QString& function, bool keepWrites)
{
    m_runPage = page;
    m_runTitle = function.isEmpty() ? page->title() : tr("%1: %2").arg(page->title(), function);
    m_running = true;
    m_window->views().result->showRunning(m_runTitle);
    m_window->raise(m_window->views().result);
    debugger::RunRequest request;
    request.body = page->bytes().toStdString();
    request.function = function.toStdString();
    request.keys = bytesOf(page->arguments().keys());
    request.argv = bytesOf(page->arguments().argv());
    request.keepWrites = keepWrites;
    request.timeLimit = m_preferences.runTimeLimit;
    m_engine->run(std::move(request));
    updateActions();
}

void Workbench::showReport(const debugger::RunReport& report)
{
    m_running = false;
    m_window->views().result->showReport(m_runTitle, report);
    // The last lines tell how it ended; more would hold the window up.
    constexpr std::size_t kMostLines = 500;
    const std::size_t leftOut = report.log.size() > kMostLines ? report.log.size() - kMostLines : 0;
    if (leftOut > 0)
        m_window->views().log->add(2, m_runTitle, tr("%1 earlier lines are not shown").arg(leftOut));
    for (std::size_t i = leftOut; i < report.log.size(); ++i)
        m_window->views().log->add(report.log[i].level, m_runTitle, widgets::textOf(report.log[i].text));
    if (!report.loadedLibrary.empty())
        m_window->views().log->add(2, m_runTitle,
            tr("The engine has this library now as “%1” (FUNCTION LOAD REPLACE): its clients can call it with FCALL.")
                .arg(widgets::textOf(report.loadedLibrary)));
    if (m_runPage)
        m_runPage->editor().showErrorLine(report.errorLine);
    m_engine->readStatus();
    updateActions();
}

void Workbench::startListener(int port)
{
    widgets::ListenerPanel* panel = m_window->views().listener;
    if (port != 0)
        panel->setSettings({panel->settings().address, port});
    const widgets::ListenerSettings settings = panel->settings();
    m_preferences.listener = settings;
    m_settings.setPreferences(m_preferences);
    engine::ListenOptions options;
    options.addresses = {settings.address.toStdString()};
    options.port = static_cast<std::uint16_t>(settings.port);
    m_engine->listen(options, panel->password().toStdString());
}

void Workbench::toggleListener()
{
    m_window->raise(m_window->views().listener);
    if (m_listening)
        closeListener();
    else
        startListener();
}

void Workbench::closeListener()
{
    if (!m_sync->refuses(tr("The listener cannot be closed")))
        m_engine->closeListener();
    updateActions();
}

void Workbench::chooseTheme(widgets::ThemeChoice choice)
{
    m_preferences.theme = choice;
    m_settings.setPreferences(m_preferences);
    m_theme->setSystemIsDark(systemPrefersDark());
    m_theme->choose(choice);
    updateActions();
}

void Workbench::applyTheme()
{
    QApplication::setPalette(m_theme->palette());
}

void Workbench::updateActions()
{
    const bool hasScript = m_window->views().scripts->current() != nullptr;
    Actions& actions = m_window->actions();
    actions.setState({.hasScript = hasScript,
        .running = m_running,
        .hasSession = m_debug->hasSession(),
        .sessionRuns = m_debug->isRunning(),
        .sessionStopped = m_debug->isStopped(),
        .sessionEnded = m_debug->isEnded(),
        .hasWrites = m_writes->canApply(),
        .canUndoWrites = m_writes->canUndo()});
    actions.action(ActionId::ToggleListener)->setChecked(m_listening);
    actions.action(ActionId::FreezeClock)->setChecked(m_clockControl->isFrozen());
    const ActionId theme = m_preferences.theme == widgets::ThemeChoice::Light ? ActionId::ThemeLight
        : m_preferences.theme == widgets::ThemeChoice::Dark                   ? ActionId::ThemeDark
                                                                              : ActionId::ThemeSystem;
    actions.action(theme)->setChecked(true);
    if (!m_listening)
        m_window->showListenerStatus(tr("Listener off"));
}

void Workbench::saveState()
{
    const Views& views = m_window->views();
    m_settings.setWindowState({.geometry = m_window->saveGeometry(),
        .layout = m_window->saveState(MainWindow::kLayoutVersion),
        .pages = views.scripts->states(),
        .currentPage = views.scripts->currentNumber(),
        .consoleHistory = views.console->history(),
        .watches = views.watches->watches().expressions(),
        .eventBreakpoints = views.breakpoints->breakpoints().events(),
        .fileBreakpoints = m_breakpoints->files()});
}

void Workbench::restoreState()
{
    const WindowState state = m_settings.windowState();
    const Views& views = m_window->views();
    if (!state.geometry.isEmpty())
        m_window->restoreGeometry(state.geometry);
    if (!state.layout.isEmpty())
        m_window->restoreState(state.layout, MainWindow::kLayoutVersion);
    m_breakpoints->setFiles(state.fileBreakpoints);
    views.scripts->restore(state.pages, state.currentPage);
    views.console->setHistory(state.consoleHistory);
    views.watches->watches().setExpressions(state.watches);
    views.breakpoints->breakpoints().setEvents(state.eventBreakpoints);
}

void Workbench::showStatus(const widgets::EngineStatus& status)
{
    const QLocale locale;
    m_window->showDataStatus(
        widgets::counted(tr("%n key(s)", nullptr, static_cast<int>(status.keys)), qint64(status.keys))
        + QStringLiteral("  ·  ") + locale.formattedDataSize(static_cast<qint64>(status.memoryBytes))
        + (status.busy ? tr("  ·  a script is busy") : QString()));
    m_window->views().listener->showClients(status.clients);
}

void Workbench::showAbout()
{
    QMessageBox::about(m_window.get(), tr("About Ferrite Workbench"),
        tr("<h3>Ferrite Workbench %1</h3><p>A workstation for people who write Lua scripts for Redis: write, run, "
           "explain, and step "
           "forwards and backwards.</p><p>Free software under the GNU General Public License, version 3 or later. It "
           "comes with no "
           "warranty.</p>")
            .arg(QStringLiteral(FERRITE_VERSION)));
}

} // namespace app
