#include "app/breakpoint_controller.h"

#include "app/main_window.h"
#include "debugger/breakpoints.h"
#include "engine/script/code_lines.h"
#include "widgets/editor/lua_editor.h"
#include "widgets/editor/script_tabs.h"
#include "widgets/views/breakpoints_view.h"

#include <algorithm>

namespace app {

using debugger::BreakpointSpec;
using debugger::BreakpointState;
using widgets::BreakpointField;
using widgets::BreakpointsModel;
using widgets::ScriptId;
using widgets::ScriptPage;

namespace {

constexpr std::chrono::milliseconds kRestOfTyping{250};
// The oldest are forgotten beyond that.
constexpr std::size_t kMostFiles = 100;

ScriptId idOf(const ScriptPage& page)
{
    return reinterpret_cast<ScriptId>(&page);
}

} // namespace

BreakpointController::BreakpointController(MainWindow& window, const engine::CommandTable& commands)
    : m_window(window), m_commands(commands), m_model(window.views().breakpoints->breakpoints())
{
    const Views& views = window.views();
    m_bind.setSingleShot(true);
    m_bind.setInterval(kRestOfTyping);
    connect(&m_bind, &QTimer::timeout, this, &BreakpointController::bindAll);
    connect(views.scripts, &widgets::ScriptTabs::currentChanged, this, &BreakpointController::adopt);
    connect(&m_model, &BreakpointsModel::linesEdited, this, &BreakpointController::applyLines);
    connect(&m_model, &BreakpointsModel::eventsChanged, this, &BreakpointController::onEventsChanged);
    connect(views.breakpoints, &widgets::BreakpointsView::lineActivated, this, &BreakpointController::goTo);
    connect(views.breakpoints, &widgets::BreakpointsView::lineWanted, this, [this] {
        ScriptPage* page = m_window.views().scripts->current();
        if (page && page->editor().breakpointLineAt(page->editor().caretLine()) == 0)
            page->editor().toggleBreakpoint(page->editor().caretLine());
    });
}

void BreakpointController::adopt(ScriptPage* page)
{
    if (page) {
        const auto unique = Qt::UniqueConnection;
        const widgets::LuaEditor* editor = &page->editor();
        if (connect(editor, &widgets::LuaEditor::breakpointsChanged, this, &BreakpointController::refresh, unique))
            giveBack(*page);
        connect(editor, &widgets::LuaEditor::bytesChanged, this, &BreakpointController::onTextChanged, unique);
        connect(editor, &widgets::LuaEditor::breakpointEditWanted, this, &BreakpointController::edit, unique);
        connect(page, &ScriptPage::titleChanged, this, &BreakpointController::refresh, unique);
        connect(page, &QObject::destroyed, this, &BreakpointController::refresh, unique);
    }
    refresh();
}

void BreakpointController::giveBack(ScriptPage& page)
{
    const auto known = std::ranges::find(m_files, page.path(), &FileBreakpoints::path);
    if (known == m_files.end() || !page.editor().breakpoints().empty())
        return;
    const std::vector<BreakpointSpec> lines = known->lines;
    page.editor().setBreakpoints(lines);
}

void BreakpointController::setFiles(std::vector<FileBreakpoints> files)
{
    m_files = std::move(files);
}

void BreakpointController::remember(const ScriptPage& page, const std::vector<BreakpointSpec>& lines)
{
    if (page.path().isEmpty())
        return;
    const auto known = std::ranges::find(m_files, page.path(), &FileBreakpoints::path);
    if (known != m_files.end() && known->lines == lines)
        return;
    if (known != m_files.end())
        m_files.erase(known);
    if (!lines.empty())
        m_files.insert(m_files.begin(), {.path = page.path(), .lines = lines});
    m_files.resize(std::min(m_files.size(), kMostFiles));
}

void BreakpointController::refresh()
{
    if (m_applying)
        return;
    std::vector<widgets::ScriptBreakpoints> scripts;
    for (ScriptPage* page : m_window.views().scripts->pages()) {
        scripts.push_back({.script = idOf(*page), .title = page->title(), .lines = page->editor().breakpoints()});
        remember(*page, scripts.back().lines);
    }
    if (!m_model.setScripts(scripts))
        return;
    bindAll();
    Q_EMIT changed();
}

void BreakpointController::onTextChanged()
{
    m_bind.start();
}

void BreakpointController::onEventsChanged()
{
    bindEvents();
    Q_EMIT changed();
}

void BreakpointController::applyLines(const std::vector<widgets::LineChange>& changes)
{
    m_applying = true;
    for (ScriptPage* page : m_window.views().scripts->pages()) {
        std::vector<BreakpointSpec> specs = page->editor().breakpoints();
        bool isChanged = false;
        for (const widgets::LineChange& change : changes) {
            const auto old = std::ranges::find(specs, change.line, &BreakpointSpec::line);
            if (change.script != idOf(*page) || old == specs.end())
                continue;
            isChanged = true;
            if (change.now)
                *old = *change.now;
            else
                specs.erase(old);
        }
        if (isChanged)
            page->editor().setBreakpoints(specs);
    }
    m_applying = false;
    refresh();
}

std::vector<BreakpointSpec> BreakpointController::specsFor(const ScriptPage& page) const
{
    return m_model.specsFor(idOf(page));
}

bool BreakpointController::canStop(const ScriptPage& page) const
{
    return std::ranges::any_of(
        specsFor(page), [](const BreakpointSpec& spec) { return spec.enabled && spec.logText.empty(); });
}

void BreakpointController::beginSession(ScriptPage* page)
{
    m_sessionPage = page;
    m_inSession = true;
}

void BreakpointController::endSession()
{
    m_sessionPage = nullptr;
    m_inSession = false;
    m_model.forgetSession();
    bindAll();
}

void BreakpointController::showStates(const std::vector<BreakpointState>& states)
{
    if (!m_sessionPage)
        return;
    m_model.showStates(idOf(*m_sessionPage), states, true);
    showBound(*m_sessionPage, states);
}

void BreakpointController::showStop(int number)
{
    m_model.showStop(m_sessionPage ? idOf(*m_sessionPage) : 0, number);
}

void BreakpointController::showBound(ScriptPage& page, const std::vector<BreakpointState>& states) const
{
    std::vector<int> lines;
    for (const BreakpointState& state : states) {
        if (state.spec.kind == debugger::BreakpointKind::Line)
            lines.push_back(state.boundLine);
    }
    page.editor().showBoundLines(lines);
}

void BreakpointController::bindAll()
{
    for (ScriptPage* page : m_window.views().scripts->pages()) {
        if (page != m_sessionPage)
            bindLines(*page);
    }
    bindEvents();
}

void BreakpointController::bindLines(ScriptPage& page)
{
    const std::vector<BreakpointSpec> specs = page.editor().breakpoints();
    if (specs.empty())
        return;
    const std::vector<int> codeLines = engine::codeLines(page.bytes().toStdString());
    debugger::Breakpoints bound;
    bound.set(specs, codeLines);
    std::vector<BreakpointState> states = bound.states();
    // A script that cannot be compiled yet has no lines to go by.
    for (BreakpointState& state : states)
        state.boundLine = codeLines.empty() ? state.spec.line : state.boundLine;
    m_model.showStates(idOf(page), states, false);
    showBound(page, states);
}

void BreakpointController::bindEvents()
{
    if (m_inSession)
        return;
    debugger::Breakpoints judged;
    judged.setJudge(debugger::EventJudge(m_commands, {}));
    judged.set(m_model.events(), {});
    m_model.showStates(0, judged.states(), false);
}

ScriptPage* BreakpointController::pageOf(ScriptId script) const
{
    const QList<ScriptPage*> pages = m_window.views().scripts->pages();
    const auto found = std::ranges::find_if(pages, [script](ScriptPage* page) { return idOf(*page) == script; });
    return found == pages.end() ? nullptr : *found;
}

void BreakpointController::goTo(ScriptId script, int line)
{
    ScriptPage* page = pageOf(script);
    if (!page)
        return;
    m_window.views().scripts->show(page);
    page->editor().goToLine(line);
    page->editor().setFocus();
}

void BreakpointController::edit(int line, BreakpointField field)
{
    ScriptPage* page = m_window.views().scripts->current();
    if (!page)
        return;
    const int old = page->editor().breakpointLineAt(line);
    if (old == 0)
        page->editor().toggleBreakpoint(line);
    widgets::BreakpointsView* view = m_window.views().breakpoints;
    m_window.raise(view);
    view->editCell(m_model.rowOf(idOf(*page), old > 0 ? old : line),
        field == BreakpointField::Condition ? BreakpointsModel::Condition : BreakpointsModel::LogText, old == 0);
}

void BreakpointController::toggleEnabled()
{
    ScriptPage* page = m_window.views().scripts->current();
    const int row = page ? m_model.rowOf(idOf(*page), page->editor().breakpointLineAt(page->editor().caretLine())) : -1;
    if (row >= 0)
        m_model.setEnabled({row}, !m_model.isEnabledAt(row));
}

bool BreakpointController::trigger(ActionId id)
{
    ScriptPage* page = m_window.views().scripts->current();
    if (id == ActionId::ToggleBreakpoint && page)
        page->editor().toggleBreakpoint(page->editor().caretLine());
    else if (id == ActionId::EnableBreakpoint)
        toggleEnabled();
    else if (id == ActionId::ConditionalBreakpoint && page)
        edit(page->editor().caretLine(), BreakpointField::Condition);
    else if (id == ActionId::LogPoint && page)
        edit(page->editor().caretLine(), BreakpointField::LogText);
    else if (id == ActionId::RemoveBreakpoints)
        m_model.remove(m_model.allRows());
    else if (id == ActionId::ShowBreakpoints) {
        m_window.raise(m_window.views().breakpoints);
        m_window.views().breakpoints->focusTable();
    } else {
        return false;
    }
    return true;
}

} // namespace app
