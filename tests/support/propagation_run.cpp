#include "tests/support/propagation_run.h"

#include "engine/base/number.h"
#include "engine/command/command_keys.h"
#include "tests/support/reply_comparison.h"

#include <algorithm>
#include <utility>

namespace tests {

using namespace engine;

class PropagationRun::Recorder final : public ChangeSink {
public:
    ChangeWants wants() const override { return {.before = false}; }
    void beforeWrite(int, BytesView, const Entry*) override { }
    void keyModified(int, BytesView) override { }
    void databaseFlushed(int) override { }
    void databasesSwapped(int, int) override { }
    void event(EventClass kind, BytesView name, int database, BytesView key) override
    {
        // Not among the classes of "A".
        if (kind != EventClass::New && kind != EventClass::KeyMiss)
            told.events.push_back(std::to_string(database) + " " + Bytes(name) + " " + Bytes(key));
    }
    void effect(int, std::span<const BytesView> argv) override { told.effects.emplace_back(argv.begin(), argv.end()); }

    Told told;
};

PropagationRun::PropagationRun() : m_recorder(std::make_unique<Recorder>()), m_theirWaiters(m_theirs.port())
{
    EngineTurn turn = m_ours.engine().beginTurn();
    m_ours.engine().setChangeListener(turn, m_recorder.get());
}

PropagationRun::~PropagationRun() = default;

Reply PropagationRun::oursAt(UnixMs moment, const Words& argv, const Bytes& client)
{
    m_ours.clock().set(moment);
    return m_ours.reply(argv, client);
}

Reply PropagationRun::ask(const Words& argv)
{
    m_theirs.ask(argv);
    return ours(argv);
}

void PropagationRun::letWait(const Words& argv)
{
    if (m_waits)
        return;
    m_theirWaiters.ask("waiter", argv);
    ours(argv, "waiter");
    m_waits = m_ours.client("waiter").wait.has_value();
}

void PropagationRun::endWait()
{
    if (!std::exchange(m_waits, false))
        return;
    m_theirs.ask({"CLIENT", "UNBLOCK", m_theirWaiters.idOf("waiter")});
    m_theirWaiters.hear("waiter");
    ours({"CLIENT", "UNBLOCK", std::to_string(m_ours.client("waiter").id)});
    m_ours.hear("waiter");
}

void PropagationRun::watchKeyOf(const Words& argv)
{
    const std::vector<BytesView> views(argv.begin(), argv.end());
    const Command* command = commands().resolve(views);
    Bytes watched = argv.back();
    if (const auto places = command ? keyPlaces(*command->spec, views) : std::nullopt; places && !places->empty())
        watched = argv[(*places)[m_steps++ % places->size()].index];
    ours({"WATCH", watched}, "watcher");
    m_theirs.askAsWatcher({"WATCH", watched});
}

namespace {

// What the clock of the other server was when it made an id, so that ours makes the same one. An id past `now` is not
// the clock's.
UnixMs momentOf(const Words& argv, const Reply& answer, UnixMs now)
{
    const bool makesId = equalsIgnoringCase(argv.front(), "xadd") && std::ranges::find(argv, "*") != argv.end();
    const auto moment = makesId ? parseInteger(BytesView(answer.text).substr(0, answer.text.find('-'))) : std::nullopt;
    return std::min(now, UnixMs{moment.value_or(now.value)});
}

} // namespace

PropagationRun::Step PropagationRun::step(const Words& argv)
{
    watchKeyOf(argv);
    m_recorder->told = {};
    m_theirs.told();

    Step step;
    if (argv.front() == "sort")
        m_theirs.ask(commandThatClearsErrno());
    const Reply theirAnswer = m_theirs.ask(argv);
    step.answer = oursAt(momentOf(argv, theirAnswer, now()), argv);
    step.told = m_recorder->told;
    Told theirs = m_theirs.told();

    ours({"MULTI"}, "watcher");
    m_theirs.askAsWatcher({"MULTI"});
    step.told.executed = ours({"EXEC"}, "watcher");
    theirs.executed = m_theirs.askAsWatcher({"EXEC"});
    if (m_waits) {
        m_theirWaiters.settle();
        theirs.heard = m_theirWaiters.heard("waiter");
        m_waits = m_ours.client("waiter").wait.has_value();
        if (!m_waits)
            step.told.heard = {m_ours.hear("waiter")};
    }
    if (m_fault)
        m_fault(step.told);
    if (!sameTold(step.told, theirs))
        step.difference =
            commandLine(argv) + "\n  this engine:" + describe(step.told) + "\n  redis-server:" + describe(theirs);
    return step;
}

} // namespace tests
