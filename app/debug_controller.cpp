#include "app/debug_controller.h"

#include "app/breakpoint_controller.h"
#include "app/function_picker.h"
#include "app/history_controller.h"
#include "app/main_window.h"
#include "app/sync_controller.h"
#include "widgets/editor/lua_editor.h"
#include "widgets/editor/script_tabs.h"
#include "widgets/link/session_link.h"
#include "widgets/models/counted_text.h"
#include "widgets/models/value_text.h"
#include "widgets/models/watches_model.h"
#include "widgets/views/arguments_panel.h"
#include "widgets/views/changes_view.h"
#include "widgets/views/function_chooser.h"
#include "widgets/views/log_view.h"
#include "widgets/views/result_view.h"
#include "widgets/views/stack_view.h"
#include "widgets/views/timeline_view.h"
#include "widgets/views/variables_view.h"
#include "widgets/views/watches_view.h"

#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QStatusBar>

namespace app {

namespace {

constexpr int kLongestText = 2000; // characters

std::vector<engine::Bytes> bytesOf(const QList<QByteArray>& values)
{
    std::vector<engine::Bytes> result;
    for (const QByteArray& value : values)
        result.push_back(value.toStdString());
    return result;
}

QList<QByteArray> bytesOf(const std::vector<engine::Bytes>& values)
{
    QList<QByteArray> result;
    for (const engine::Bytes& value : values)
        result.push_back(QByteArray::fromStdString(value));
    return result;
}

QString stopText(const debugger::Stopped& stop)
{
    if (stop.reason == debugger::StopReason::Start)
        return DebugController::tr("This is the start of the run.");
    return stop.event.empty() ? DebugController::tr("Stopped before line %1.").arg(stop.line)
                              : DebugController::tr("Stopped before line %1: %2")
                                    .arg(stop.line)
                                    .arg(widgets::textOf(stop.event, kLongestText));
}

} // namespace

DebugController::DebugController(MainWindow& window, BreakpointController& breakpoints, WritesController& writes,
    SyncController& sync, FunctionPicker& functions, widgets::EngineLink& engine, const engine::Clock& clock,
    std::chrono::milliseconds goingLimit)
    : m_window(window), m_breakpoints(breakpoints), m_writes(writes), m_sync(sync), m_functions(functions),
      m_history(std::make_unique<HistoryController>(window)), m_engine(engine), m_clock(clock), m_goingLimit(goingLimit)
{
    const Views& views = window.views();
    connect(views.stack, &widgets::StackView::frameChosen, this, [this](int frame, int line) {
        m_frame = frame;
        send(debugger::ShowFrameRequest{frame});
        if (m_page && line > 0)
            m_page->editor().goToLine(line);
    });
    connect(&views.variables->variables(), &widgets::VariablesModel::entriesWanted, this,
        [this](engine::LuaRef table, std::size_t first, std::size_t count) {
            send(debugger::ExpandRequest{table, first, count});
        });
    connect(&views.variables->variables(), &widgets::VariablesModel::setWanted, this,
        [this](const QString& name, const QString& expression) {
            send(debugger::SetVariableRequest{m_frame, name.toStdString(), expression.toStdString()});
        });
    connect(views.variables, &widgets::VariablesView::watchWanted, views.watches, &widgets::WatchesView::addWatch);
    connect(views.watches, &widgets::WatchesView::evaluateWanted, this, [this](const QString& code) {
        send(debugger::EvaluateRequest{code.toStdString(), m_frame});
    });
    connect(&views.watches->watches(), &widgets::WatchesModel::expressionsChanged, this,
        [this](const QStringList& expressions) {
            debugger::SetWatchesRequest request;
            for (const QString& expression : expressions)
                request.expressions.push_back(expression.toStdString());
            send(std::move(request));
        });
    connect(views.timeline, &widgets::TimelineView::momentChosen, this,
        [this](debugger::Moment moment) { send(debugger::SeekRequest{moment}); });
    m_history->send = [this](debugger::Request request) {
        return m_session ? m_session->send(std::move(request)) : debugger::RequestId(0);
    };
    connect(&writes, &WritesController::writesWanted, this, [this] { send(debugger::WritesRequest()); });
    connect(&writes, &WritesController::discardWanted, this, &DebugController::stop);
    connect(&writes, &WritesController::endWanted, this, &DebugController::stop);
    connect(&writes, &WritesController::restartWanted, this, [this] { startAgain(SessionKind::Snapshot); });
    // Where the program goes on without its window, nobody is to wait for a session that cannot be seen.
    connect(&window, &MainWindow::closing, this, [this] {
        if (m_sync.holds())
            stop();
    });
}

DebugController::~DebugController()
{
    m_session.reset();
    m_sync.drop();
}

void DebugController::send(debugger::Request request)
{
    if (m_session)
        m_session->send(std::move(request));
}

void DebugController::startOrContinue()
{
    if (m_session)
        return isEnded() ? startAgain(SessionKind::Snapshot) : move(debugger::Move::Continue);
    start(m_window.views().scripts->current(), SessionKind::Snapshot);
}

void DebugController::startSync()
{
    if (m_session)
        return isEnded() ? startAgain(SessionKind::Sync) : void();
    start(m_window.views().scripts->current(), SessionKind::Sync);
}

void DebugController::start(widgets::ScriptPage* page, SessionKind kind)
{
    if (m_preparing || !page)
        return;
    m_page = page;
    m_page->arguments().commitEdits();
    m_functions.pick(page, [this, kind, page = m_page](const QString& function) {
        if (!page || m_session || m_preparing)
            return;
        m_preparing = true;
        if (kind != SessionKind::Sync)
            return m_engine.takeGround([this, function, kind](widgets::EngineLink::SessionGround ground) {
                begin(function, kind, std::move(ground));
            });
        m_sync.take([this, function, kind](std::optional<widgets::EngineLink::SessionGround> ground) {
            if (ground)
                return begin(function, kind, std::move(*ground));
            m_preparing = false;
        });
    });
}

// All but what runs: the world that the ground gives.
engine::ScriptInput DebugController::inputOn(widgets::EngineLink::SessionGround ground)
{
    m_ground = std::move(ground);
    return {.dataset = m_ground.dataset,
        .clock = &m_clock,
        .now = m_ground.now,
        .rngSeed = static_cast<std::uint64_t>(m_ground.now.value),
        .prng = m_ground.prng,
        .cjson = m_ground.cjson,
        .config = m_ground.config.get(),
        .commands = &m_engine.commands(),
        .server = m_ground.server.get()};
}

void DebugController::begin(const QString& function, SessionKind kind, widgets::EngineLink::SessionGround ground)
{
    m_preparing = false;
    if (!m_page)
        return m_sync.drop();
    m_function = function;
    engine::ScriptInput input = inputOn(std::move(ground));
    m_source = m_page->bytes().toStdString();
    input.body = m_source;
    input.function = function.toStdString();
    input.keys = bytesOf(m_page->arguments().keys());
    input.argv = bytesOf(m_page->arguments().argv());
    try {
        beginSession({.input = std::move(input), .limits = {.going = m_goingLimit}}, kind);
    } catch (const std::exception& error) {
        m_session.reset();
        m_sync.drop();
        return complain(tr("%1 cannot be debugged now: %2").arg(m_page->title(), QString::fromUtf8(error.what())));
    }
    send(debugger::StartRequest{
        m_breakpoints.canStop(*m_page) ? debugger::StartMode::RunToBreakpoint : debugger::StartMode::StopAtFirstLine});
    if (!function.isEmpty())
        sayWhatIsCalled(function);
}

void DebugController::sayWhatIsCalled(const QString& function)
{
    m_window.views().log->add(2, tr("debugger"),
        tr("%1: FCALL %2. The session has loaded the library afresh: what the engine's own copy keeps between calls, "
           "in "
           "upvalues, is not in it.")
            .arg(m_page->title(), function));
}

void DebugController::beginSession(debugger::LocalSessionOptions options, SessionKind kind)
{
    m_session = std::make_unique<widgets::SessionLink>([&options](debugger::SessionListener listener) {
        return debugger::makeLocalSession(std::move(options), std::move(listener));
    });
    connect(m_session.get(), &widgets::SessionLink::happened, this, &DebugController::onEvent);
    m_breakpoints.beginSession(m_page);
    m_kind = kind;
    m_writes.begin(kind);
    connect(&m_breakpoints, &BreakpointController::changed, m_session.get(), [this] { sendBreakpoints(); });
    // A session without its page could be stopped, but not seen.
    connect(m_page, &QObject::destroyed, m_session.get(),
        [this] { QMetaObject::invokeMethod(this, &DebugController::stop, Qt::QueuedConnection); });
    // The lines that are shown must be the lines that run.
    m_page->editor().setReadOnly(true);
    m_window.views().timeline->setSource(m_page->bytes());
    sendBreakpoints();
    debugger::SetWatchesRequest watches;
    for (const QString& expression : m_window.views().watches->watches().expressions())
        watches.expressions.push_back(expression.toStdString());
    send(std::move(watches));
    setPhase(Phase::Running);
    m_window.raise(m_window.views().changes);
}

void DebugController::askAndSaveRecording()
{
    const QString title = m_page ? m_page->title() : tr("script");
    const QString path = QFileDialog::getSaveFileName(&m_window, tr("Save recording"),
        title + QStringLiteral(".ferrite"), tr("Recordings (*.ferrite);;All files (*)"));
    if (!path.isEmpty())
        send(debugger::SaveRecordingRequest{path.toStdString()});
}

void DebugController::askAndOpenRecording()
{
    const QString what = tr("A recording cannot be opened");
    if (m_sync.refuses(what))
        return;
    const QString path =
        QFileDialog::getOpenFileName(&m_window, tr("Open recording"), {}, tr("Recordings (*.ferrite);;All files (*)"));
    if (path.isEmpty() || m_preparing)
        return;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return complain(tr("%1 cannot be read: %2").arg(path, file.errorString()));
    m_preparing = true;
    m_engine.takeGround([this, path, what, bytes = file.readAll()](widgets::EngineLink::SessionGround ground) {
        m_preparing = false;
        if (m_sync.refuses(what))
            return;
        // Its place in memory may be the present session's.
        stop();
        auto options = debugger::withRecording(
            {.input = inputOn(std::move(ground)), .limits = {.going = m_goingLimit}}, bytes.toStdString());
        if (!options)
            return complain(tr("%1 cannot be shown: %2").arg(path, widgets::textOf(options.error())));
        showRecording(path, std::move(*options));
    });
}

void DebugController::showRecording(const QString& path, debugger::LocalSessionOptions options)
{
    m_page = m_window.views().scripts->showScript(
        QFileInfo(path).completeBaseName(), QByteArray::fromStdString(options.input.body));
    m_page->arguments().setArguments(bytesOf(options.input.keys), bytesOf(options.input.argv));
    m_page->function().choose(QString::fromStdString(options.input.function));
    try {
        beginSession(std::move(options), SessionKind::Recording);
    } catch (const std::exception& error) {
        m_session.reset();
        return complain(tr("%1 cannot be shown: %2").arg(path, QString::fromUtf8(error.what())));
    }
    send(debugger::StartRequest{});
}

void DebugController::complain(const QString& text)
{
    m_window.statusBar()->showMessage(text);
    m_window.views().log->add(3, tr("debugger"), text);
}

void DebugController::sendBreakpoints()
{
    if (m_page)
        send(debugger::SetBreakpointsRequest{m_breakpoints.specsFor(*m_page)});
}

void DebugController::stop()
{
    if (!m_sync.holds() || !m_session)
        return leave();
    // Its end tells what it has written up to where it is, whatever it is doing.
    m_stopping = m_session->send(debugger::StopRequest{});
}

void DebugController::leave()
{
    m_sync.drop();
    m_stopping.reset();
    m_session.reset();
    if (m_page) {
        m_page->editor().setReadOnly(false);
        m_page->editor().showCurrentLine(0);
    }
    m_breakpoints.endSession();
    const bool discards = m_writes.canApply();
    m_writes.end();
    clearViews();
    m_window.statusBar()->clearMessage();
    if (discards)
        m_window.statusBar()->showMessage(tr("What the script wrote is discarded; the live data are as they were."));
    Q_EMIT stateChanged();
}

// Not within an event of the session.
void DebugController::leaveSoon()
{
    QMetaObject::invokeMethod(
        this,
        [this, session = QPointer<widgets::SessionLink>(m_session.get())] {
            if (session)
                leave();
        },
        Qt::QueuedConnection);
}

void DebugController::restart()
{
    startAgain(m_kind == SessionKind::Sync ? SessionKind::Sync : SessionKind::Snapshot);
}

void DebugController::startAgain(SessionKind kind)
{
    // The page that was debugged, whichever is in front now.
    const QPointer<widgets::ScriptPage> page = m_page;
    const bool isDropped = m_sync.holds();
    leave();
    if (isDropped)
        m_window.views().log->add(2, tr("debugger"),
            tr("The sync session begins anew. What it had written so far was not written to the live data."));
    start(page, kind);
}

void DebugController::keepWrites(const debugger::Ended& end)
{
    m_writes.showKeeping(end.changes);
    m_sync.keep(m_function.isEmpty() ? m_source : engine::Bytes(), m_ground, end,
        [this](const debugger::ApplyReport& report) { m_writes.showKept(report); });
}

void DebugController::move(debugger::Move move)
{
    send(debugger::MoveRequest{move});
}

void DebugController::runToCaret()
{
    if (m_page)
        send(debugger::RunToLineRequest{m_page->editor().caretLine()});
}

void DebugController::askHistory()
{
    m_history->askHere();
}

void DebugController::pause()
{
    send(debugger::PauseRequest{});
}

void DebugController::setPhase(Phase phase)
{
    m_phase = phase;
    m_history->setCanAsk(phase == Phase::Stopped || phase == Phase::Ended);
    m_window.views().watches->setStopped(phase == Phase::Stopped);
    Q_EMIT stateChanged();
}

void DebugController::clearViews()
{
    const Views& views = m_window.views();
    views.stack->clear();
    views.variables->clear();
    views.timeline->clear();
    views.changes->clear();
    m_history->clear();
    views.watches->setStopped(false);
}

void DebugController::onEvent(const debugger::SessionEvent& event)
{
    if (!m_history->takes(event))
        std::visit([this](const auto& body) { show(body); }, event.body);
    // Nothing that is asked of a session may keep everybody waiting.
    if (m_stopping && event.cause == *m_stopping && std::holds_alternative<debugger::Failed>(event.body))
        leaveSoon();
}

void DebugController::show(const debugger::Running&)
{
    if (m_page)
        m_page->editor().showCurrentLine(0);
    m_writes.showRunning();
    setPhase(Phase::Running);
    m_window.statusBar()->showMessage(tr("The script is running. F6 pauses it."));
}

void DebugController::show(const debugger::Stopped& event)
{
    const Views& views = m_window.views();
    m_frame = 0;
    m_arguments = event.arguments;
    m_history->setPlace(event.moment);
    views.stack->showFrames(event.frames);
    views.variables->showVariables(event.locals, event.upvalues, event.arguments, event.changedVariables);
    views.changes->showStop(event);
    m_writes.showStop(event);
    views.timeline->showMoment(event.moment, event.furthest);
    setPhase(Phase::Stopped);
    views.watches->watches().setValues(event.watches);
    if (m_page)
        m_page->editor().showCurrentLine(event.line);
    m_breakpoints.showStates(event.breakpoints);
    m_breakpoints.showStop(event.breakpoint);
    send(debugger::TimelineRequest{});
    m_window.statusBar()->showMessage(stopText(event));
}

void DebugController::show(const debugger::Ended& event)
{
    if (m_sync.holds())
        keepWrites(event);
    if (m_stopping)
        return leaveSoon();
    const Views& views = m_window.views();
    views.stack->clear();
    views.variables->clear();
    views.changes->showEnd(event);
    m_writes.showEnd(event);
    m_history->setPlace(std::nullopt);
    views.timeline->showMoment(event.furthest + 1, event.furthest);
    if (m_page) {
        m_breakpoints.showStates(event.breakpoints);
        m_breakpoints.showStop(-1);
        m_page->editor().showCurrentLine(0);
        m_page->editor().showErrorLine(event.stopped ? 0 : event.errorLine);
        views.result->showEnd(m_page->title(), event,
            m_kind == SessionKind::Sync ? tr("debugged in a sync session") : tr("debugged on a snapshot"));
    }
    m_window.raise(views.result);
    setPhase(Phase::Ended);
    send(debugger::TimelineRequest{});
    m_window.statusBar()->showMessage(m_writes.canApply()
            ? tr(
                "The script has ended. Ctrl+Alt+W applies what it wrote to the live data; Shift+F5 leaves the debugger "
                "and discards it.")
            : tr("The script has ended. Step back to look at any moment, or press Shift+F5 to leave the debugger."));
}

void DebugController::show(const debugger::Output& event)
{
    const bool isLogPoint = event.kind == debugger::OutputKind::LogPoint;
    m_window.views().log->add(event.kind == debugger::OutputKind::Log ? event.level : 2,
        isLogPoint ? tr("log point, line %1, moment %2").arg(event.line).arg(event.moment)
                   : tr("line %1").arg(event.line),
        widgets::textOf(event.text));
}

void DebugController::show(const debugger::Evaluated& event)
{
    m_window.views().watches->showEvaluated(event);
}

void DebugController::show(const debugger::Expanded& event)
{
    m_window.views().variables->addEntries(event.table, event.first, event.entries);
}

void DebugController::show(const debugger::FrameShown& event)
{
    if (event.frame == m_frame)
        m_window.views().variables->showVariables(event.locals, event.upvalues, m_arguments, {});
}

void DebugController::show(const debugger::BreakpointsSet& event)
{
    m_breakpoints.showStates(event.breakpoints);
}

void DebugController::show(const debugger::WatchesSet& event)
{
    m_window.views().watches->watches().setValues(event.watches);
}

void DebugController::show(const debugger::TimelineShown& event)
{
    m_window.views().timeline->showTimeline(event);
}

void DebugController::show(const debugger::KeyHistory& event)
{
    m_history->show(event);
}

void DebugController::show(const debugger::VariableHistory& event)
{
    m_history->show(event);
}

void DebugController::show(const debugger::Diverged& event)
{
    if (m_page)
        m_page->showMessage(tr("The replay differs from the recording at moment %1: %2")
                                .arg(event.moment)
                                .arg(widgets::textOf(event.text)));
    if (m_sync.holds()) {
        m_sync.drop();
        m_writes.showDropped();
        complain(tr("The sync session is over: its replay differs from what was recorded. Nothing was written to the "
                    "live data; everybody else goes on."));
    }
    if (m_stopping)
        return leaveSoon();
    // It can be left, begun anew, or gone back in to what was still the same.
    setPhase(Phase::Ended);
}

void DebugController::show(const debugger::LimitReached& event)
{
    if (m_page)
        m_page->showMessage(widgets::textOf(event.text));
}

void DebugController::show(const debugger::RecordingSaved& event)
{
    m_window.statusBar()->showMessage(
        tr("The recording is in %1: %2, with the values of %3.")
            .arg(widgets::textOf(event.path), QLocale().formattedDataSize(static_cast<qint64>(event.bytes)),
                widgets::counted(
                    tr("%n key(s)", nullptr, static_cast<int>(event.keys)), static_cast<qint64>(event.keys))));
}

void DebugController::show(const debugger::WritesTold& event)
{
    m_writes.take(event);
}

void DebugController::show(const debugger::Progress& event)
{
    m_history->show(event);
    m_window.statusBar()->showMessage(tr("Travelling: moment %1 of %2").arg(event.moment).arg(event.target));
}

void DebugController::show(const debugger::Failed& event)
{
    complain(widgets::textOf(event.text, kLongestText));
}

} // namespace app
