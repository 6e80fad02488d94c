#include "engine/script/function_runner.h"

#include "engine/base/check.h"
#include "engine/command/client_state.h"
#include "engine/script/function_payload.h"
#include "engine/script/live_run.h"
#include "engine/script/script_machine.h"
#include "engine/script/script_runner.h"

namespace engine {
namespace {

constexpr std::chrono::milliseconds kLoadingLimit(500);

}

FunctionRunner::FunctionRunner(std::size_t memoryLimitBytes, PrngState& prng)
    : m_memoryLimitBytes(memoryLimitBytes), m_prng(prng), m_caller(makeScriptCaller())
{
}

FunctionRunner::~FunctionRunner() = default;

void FunctionRunner::setMemoryLimit(std::size_t bytes)
{
    m_memoryLimitBytes = bytes;
    if (m_machine)
        m_machine->arena().setLimit(bytes);
}

Result<void> FunctionRunner::openMachine()
{
    if (m_machine)
        return {};
    auto arena = LuaArena::open(LuaArena::kLargestLimit, ScriptRunnerOptions::kLongLived);
    if (!arena)
        return Error{"ERR functions have no memory: " + arena.error()};
    (*arena)->setLimit(m_memoryLimitBytes);
    m_machine = std::make_unique<ScriptMachine>(std::move(*arena), RedisApi::Function);
    m_machine->interrupt = m_interrupt;
    m_machine->serverLog = m_log;
    m_killable = m_machine.get();
    return {};
}

// A library that is not `among` others yet.
Result<std::unique_ptr<FunctionLibrary>> FunctionRunner::create(
    const FunctionStore& among, BytesView code, std::chrono::milliseconds limit)
{
    const auto header = readLibraryHeader(code);
    if (!header)
        return Error{header.error()};
    auto functions = m_machine->loadLibrary(code.substr(header->bytes), limit);
    if (!functions)
        return Error{functions.error()};
    auto library = std::make_unique<FunctionLibrary>();
    library->name = header->name;
    library->code = code;
    library->functions = std::move(*functions);
    if (library->functions.empty())
        return Error{"ERR No functions registered"};
    if (const LibraryFunction* taken = among.firstTaken(*library)) {
        const Error error{"ERR Function " + taken->name + " already exists"};
        m_machine->forget(library->functions);
        return error;
    }
    return library;
}

namespace {

Result<void> judgeHeader(const FunctionStore& among, BytesView code, bool replace)
{
    const auto header = readLibraryHeader(code);
    if (!header)
        return Error{header.error()};
    if (!isFunctionName(header->name))
        return Error{"ERR Library names can only contain letters, numbers, or underscores(_) and must be at least one "
                     "character long"};
    if (!equalsIgnoringCase(header->engine, "lua"))
        return Error{"ERR Engine '" + header->engine + "' not found"};
    if (!replace && among.findLibrary(header->name))
        return Error{"ERR Library '" + header->name + "' already exists"};
    return {};
}

} // namespace

Result<LibraryFunction> loadFunction(ScriptMachine& machine, BytesView code, BytesView function)
{
    if (auto judged = judgeHeader(FunctionStore(), code, false); !judged)
        return Error{judged.error()};
    auto functions = machine.loadLibrary(code.substr(readLibraryHeader(code)->bytes), kLoadingLimit);
    if (!functions)
        return Error{functions.error()};
    for (LibraryFunction& each : *functions) {
        if (equalsIgnoringCase(each.name, function))
            return std::move(each);
    }
    return Error{"ERR Function not found"};
}

Result<Bytes> FunctionRunner::load(BytesView code, bool replace)
{
    CHECK(!running());
    if (auto judged = judgeHeader(m_store, code, replace); !judged)
        return Error{judged.error()};
    if (auto opened = openMachine(); !opened)
        return Error{opened.error()};
    Bytes name = readLibraryHeader(code)->name;
    auto old = m_store.take(name);
    auto library = create(m_store, code, kLoadingLimit);
    if (!library) {
        if (old)
            m_store.add(std::move(old));
        return Error{library.error()};
    }
    if (old)
        m_machine->forget(old->functions);
    m_store.add(std::move(*library));
    return name;
}

bool FunctionRunner::erase(BytesView library)
{
    const auto taken = m_store.take(library);
    if (taken)
        m_machine->forget(taken->functions);
    return taken != nullptr;
}

void FunctionRunner::flush()
{
    CHECK(!running());
    m_store = {};
    if (!m_machine)
        return;
    const CjsonOptions cjson = m_machine->cjsonOptions();
    m_machine->discardState();
    m_machine->setCjsonOptions(cjson);
}

Bytes FunctionRunner::dump() const
{
    std::vector<BytesView> codes;
    for (const auto& [name, library] : m_store.libraries())
        codes.emplace_back(library->code);
    return dumpFunctions(codes);
}

void FunctionRunner::discard(FunctionStore& libraries)
{
    for (const auto& [name, library] : libraries.libraries())
        m_machine->forget(library->functions);
    libraries = {};
}

Result<void> FunctionRunner::restore(BytesView payload, RestorePolicy policy)
{
    CHECK(!running());
    const auto codes = readFunctionPayload(payload);
    if (!codes)
        return Error{codes.error()};
    if (auto opened = openMachine(); !opened)
        return opened;
    FunctionStore others;
    for (const Bytes& code : *codes) {
        auto judged = judgeHeader(others, code, false);
        auto library = judged ? create(others, code, std::chrono::milliseconds(0))
                              : Result<std::unique_ptr<FunctionLibrary>>(Error{judged.error()});
        if (!library) {
            discard(others);
            return Error{library.error()};
        }
        others.add(std::move(*library));
    }
    if (policy == RestorePolicy::Flush) {
        std::swap(m_store, others);
        discard(others);
        return {};
    }
    auto joined = join(others, policy == RestorePolicy::Replace);
    discard(others);
    return joined;
}

// Moves the libraries of `others` here, all or none. What is replaced is left in `others`.
Result<void> FunctionRunner::join(FunctionStore& others, bool replace)
{
    std::vector<std::unique_ptr<FunctionLibrary>> replaced;
    std::optional<Error> error;
    for (const auto& [name, library] : others.libraries()) {
        if (!m_store.findLibrary(name))
            continue;
        if (replace)
            replaced.push_back(m_store.take(name));
        else
            error = Error{"ERR Library " + name + " already exists"};
    }
    for (const auto& [name, library] : others.libraries()) {
        const LibraryFunction* taken = m_store.firstTaken(*library);
        if (taken && !error)
            error = Error{"ERR Function " + taken->name + " already exists"};
    }
    if (!error) {
        while (!others.libraries().empty())
            m_store.add(others.take(others.libraries().begin()->first));
    }
    for (auto& library : replaced)
        (error ? m_store : others).add(std::move(library));
    return error ? Result<void>(*error) : Result<void>();
}

void FunctionRunner::run(CommandContext& context, const Invocation& invocation, ReplySink& reply, ScriptProbe* probe)
{
    const LibraryFunction& function = invocation.function;
    if (const BytesView refusal = refusalOf(context, function.flags, invocation.readOnly); !refusal.empty()) {
        invocation.errors.own = refusal;
        return;
    }
    LiveRun live(context, *m_caller, function.flags, invocation.readOnly);
    m_running = {.name = function.name, .command = invocation.command, .since = std::chrono::steady_clock::now()};
    m_machine->prng = m_prng;
    ActiveRun run;
    run.context = &live.context();
    run.probe = probe;
    run.name = function.name;
    run.live = true;
    m_machine->execute(std::move(run),
        {.function = function.callback,
            .keys = invocation.keys,
            .argv = invocation.argv,
            .reply = reply,
            .returned = invocation.returned,
            .returnedValues = invocation.returnedValues,
            .errors = &invocation.errors});
    m_prng = m_machine->prng;
    m_running.reset();
}

std::optional<RunningFunction> FunctionRunner::current() const
{
    if (!m_running)
        return std::nullopt;
    return RunningFunction{.name = Bytes(m_running->name),
        .command = {m_running->command.begin(), m_running->command.end()},
        .duration =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - m_running->since)};
}

void FunctionRunner::requestKill()
{
    if (ScriptMachine* const machine = m_killable)
        machine->requestKill();
}

bool FunctionRunner::hasWritten() const
{
    return running() && m_caller->script.wrote;
}

KillAnswer FunctionRunner::kill()
{
    if (!running())
        return KillAnswer::NotBusy;
    if (hasWritten())
        return KillAnswer::Unkillable;
    requestKill();
    return KillAnswer::Killed;
}

void FunctionRunner::setInterrupt(std::function<void()> interrupt)
{
    m_interrupt = std::move(interrupt);
    if (m_machine)
        m_machine->interrupt = m_interrupt;
}

void FunctionRunner::setLog(std::function<void(int level, BytesView text)> log)
{
    m_log = std::move(log);
    if (m_machine)
        m_machine->serverLog = m_log;
}

std::size_t FunctionRunner::memoryBytes() const
{
    return m_machine ? m_machine->arena().usedBytes() : 0;
}

} // namespace engine
