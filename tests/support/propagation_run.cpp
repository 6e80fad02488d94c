#include "tests/support/propagation_run.h"

#include "engine/command/command_keys.h"
#include "tests/support/reply_comparison.h"

namespace tests {

using namespace engine;

class PropagationRun::Recorder final : public ChangeSink {
public:
    bool wantsBefore() const override { return false; }
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

PropagationRun::PropagationRun() : m_recorder(std::make_unique<Recorder>())
{
    EngineTurn turn = m_ours.engine().beginTurn();
    m_ours.engine().setChangeListener(turn, m_recorder.get());
}

PropagationRun::~PropagationRun() = default;

Reply PropagationRun::ours(const Words& argv, const Bytes& client)
{
    m_ours.clock().set(m_clock.now().ms());
    return m_ours.reply(argv, client);
}

Reply PropagationRun::ask(const Words& argv)
{
    m_theirs.ask(argv);
    return ours(argv);
}

void PropagationRun::watchKeyOf(const Words& argv)
{
    const std::vector<BytesView> views(argv.begin(), argv.end());
    const Command* command = commands().resolve(views);
    Bytes watched = argv.back();
    if (const auto places = command ? keyPlaces(*command->spec, views) : std::nullopt; places && !places->empty())
        watched = argv[places->front().index];
    ours({"WATCH", watched}, "watcher");
    m_theirs.askAsWatcher({"WATCH", watched});
}

PropagationRun::Step PropagationRun::step(const Words& argv)
{
    watchKeyOf(argv);
    m_recorder->told = {};
    m_theirs.told();

    Step step;
    step.answer = ours(argv);
    if (argv.front() == "sort")
        m_theirs.ask(commandThatClearsErrno());
    m_theirs.ask(argv);
    step.told = m_recorder->told;
    Told theirs = m_theirs.told();

    ours({"MULTI"}, "watcher");
    m_theirs.askAsWatcher({"MULTI"});
    step.told.executed = ours({"EXEC"}, "watcher");
    theirs.executed = m_theirs.askAsWatcher({"EXEC"});
    if (m_fault)
        m_fault(step.told);
    if (!sameTold(step.told, theirs))
        step.difference =
            commandLine(argv) + "\n  this engine:" + describe(step.told) + "\n  redis-server:" + describe(theirs);
    return step;
}

} // namespace tests
