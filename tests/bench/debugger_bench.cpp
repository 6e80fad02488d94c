// How quick a debug session is: its start and its steps on a million keys, going back and seeking in long runs, and
// what recording costs. Run by hand from a release build, on a quiet machine.

#include "debugger/console/session_port.h"
#include "engine/script/script_runner.h"
#include "tests/debugger/session_rig.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <malloc.h>
#include <thread>
#include <unistd.h>

using namespace debugger;

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr int kRounds = 15;
constexpr int kKeys = 1'000'000;

/// Of the processor, by all threads: others on the machine disturb it less.
template <class Work>
double processorMillisecondsOf(Work work)
{
    const std::clock_t begin = std::clock();
    work();
    return static_cast<double>(std::clock() - begin) * 1000 / CLOCKS_PER_SEC;
}

template <class Work>
double millisecondsOf(Work work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return Milliseconds(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> figures)
{
    std::ranges::sort(figures);
    return figures[figures.size() / 2];
}

double residentMegabytes()
{
    std::ifstream file("/proc/self/statm");
    double pages = 0;
    file >> pages >> pages;
    return pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1U << 20);
}

/// What earlier work has given back is not in it, whether the system has it or not.
double allocatedBytes()
{
    const struct mallinfo2 memory = mallinfo2();
    return static_cast<double>(memory.uordblks) + static_cast<double>(memory.hblkhd);
}

void report(const char* name, double figure, const char* unit, const char* goal)
{
    std::printf("%-58s %9.2f %-6s %s\n", name, figure, unit, goal);
    std::fflush(stdout);
}

/// Asks, and waits for where the session comes to.
SessionEventBody travel(SessionPort& session, Request request)
{
    return session
        .ask({.request = std::move(request),
            .isAnswer =
                [](const SessionEventBody& event) {
                    return std::holds_alternative<Stopped>(event) || std::holds_alternative<Ended>(event);
                },
            .patience = std::nullopt})
        .event;
}

Moment momentOf(const SessionEventBody& event)
{
    return std::get<Stopped>(event).moment;
}

/// Two lines a turn.
Bytes loopOf(int turns)
{
    return "local t = {}\nfor i = 1, " + std::to_string(turns) + " do\n  t[i % 10] = i\nend\nreturn #t";
}

/// Three lines a turn.
Bytes callsOf(int turns)
{
    return "local function more(n)\n  return n + 1\nend\nlocal n = 0\nfor i = 1, " + std::to_string(turns)
        + " do\n  n = more(n)\nend\nreturn n";
}

void goingBack(const char* name, int lines, const char* goal)
{
    test::SessionGround ground;
    SessionPort session(ground.optionsFor({.body = loopOf(lines / 2)}));
    travel(session, StartRequest{.mode = StartMode::RunToBreakpoint});
    std::vector<double> steps;
    travel(session, MoveRequest{Move::Back});
    for (int round = 0; round < kRounds; ++round)
        steps.push_back(millisecondsOf([&] { travel(session, MoveRequest{Move::Back}); }));
    report(name, median(steps), "ms", goal);
}

/// Travelling ten million moments: how long, how often it says where it is, and how soon it ends when it is told to.
void seeking()
{
    constexpr Moment kFar = 9'900'000;
    constexpr int kTurns = 4'990'000;
    test::SessionGround ground;
    SessionPort session(ground.optionsFor({.body = loopOf(kTurns)}));
    const double before = allocatedBytes();
    report("recording 10 million lines",
        millisecondsOf([&] { travel(session, StartRequest{.mode = StartMode::RunToBreakpoint}); }), "ms", "");
    report("  memory a line", (allocatedBytes() - before) / (2.0 * kTurns), "bytes", "< 10");
    int reports = 0;
    report("seek in 10 million lines", millisecondsOf([&] {
        session.ask({.request = SeekRequest{kFar},
            .isAnswer = [](const SessionEventBody& event) { return std::holds_alternative<Stopped>(event); },
            .onOther =
                [&](const SessionEventBody& event) { reports += std::holds_alternative<Progress>(event) ? 1 : 0; },
            .patience = std::nullopt});
    }),
        "ms", "with progress and cancel");
    report("  reports of progress on the way", reports, "", "");

    std::vector<double> ends;
    for (int round = 0; round < 5; ++round) {
        std::chrono::steady_clock::time_point told;
        std::thread person([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            told = std::chrono::steady_clock::now();
            session.interrupt();
        });
        const Moment reached = momentOf(travel(session, SeekRequest{kFar - 1 - static_cast<Moment>(round)}));
        const auto stopped = std::chrono::steady_clock::now();
        person.join();
        if (reached < kFar - 10)
            ends.push_back(Milliseconds(stopped - told).count());
    }
    if (!ends.empty())
        report("  from cancel to its stop", median(ends), "ms", "");
}

/// The same script with and without a session, in turn.
void recording(const char* name, const Bytes& body)
{
    std::vector<double> ratios;
    std::vector<double> plain;
    std::vector<double> recorded;
    for (int round = 0; round < 9; ++round) {
        test::SessionGround ground;
        LocalSessionOptions options = ground.optionsFor({.body = body, .keys = {"k"}});
        engine::ScriptRunner runner;
        plain.push_back(processorMillisecondsOf([&] { runner.run(options.input, nullptr); }));
        SessionPort session(std::move(options));
        recorded.push_back(
            processorMillisecondsOf([&] { travel(session, StartRequest{.mode = StartMode::RunToBreakpoint}); }));
        ratios.push_back(recorded.back() / plain.back());
    }
    std::printf("%-58s %9.1f ms; alone %.1f ms\n", name, median(recorded), median(plain));
    report("  times as long as alone", median(ratios), "", "at most 5");
}

void onAMillionKeys()
{
    test::SessionGround ground;
    test::SessionGround::Script script{
        .body = "for i = 1, 100 do\n  redis.call('SET', 'key:' .. i, i)\n  redis.call('HSET', 'hash', i, i)\nend"};
    for (int i = 0; i < kKeys; ++i)
        script.given.push_back({"SET", "key:" + std::to_string(i), "value:" + std::to_string(i)});
    LocalSessionOptions options = ground.optionsFor(script);
    script.given.clear();

    // All at once, so that none gets the memory that another gave back.
    std::vector<std::unique_ptr<SessionPort>> sessions;
    std::vector<double> starts;
    std::vector<double> costs;
    for (int round = 0; round < kRounds; ++round) {
        LocalSessionOptions copy = options;
        const double before = residentMegabytes();
        starts.push_back(millisecondsOf([&] {
            sessions.push_back(std::make_unique<SessionPort>(std::move(copy)));
            travel(*sessions.back(), StartRequest{});
        }));
        costs.push_back(residentMegabytes() - before);
    }
    report("a session's start on 1 million keys", median(starts), "ms", "< 5");
    report("  the first of the process", starts.front(), "ms", "");
    report("  what it costs in memory", median(costs), "MB", "< 2");
    report("  the first of the process", costs.front(), "MB", "");

    SessionPort& session = *sessions.back();
    std::vector<double> steps;
    for (int step = 0; step < 60; ++step)
        steps.push_back(millisecondsOf([&] { travel(session, MoveRequest{Move::Into}); }));
    report("a step with its changes there", median(steps), "ms", "< 5");
    report("  the slowest of 60", std::ranges::max(steps), "ms", "");
    steps.clear();
    for (int step = 0; step < 30; ++step)
        steps.push_back(millisecondsOf([&] { travel(session, MoveRequest{Move::Back}); }));
    report("a step back with its changes there", median(steps), "ms", "< 5");
}

} // namespace

int main()
{
    onAMillionKeys();
    goingBack("a step back in 100,000 lines", 100'000, "< 20");
    goingBack("a step back in 1 million lines", 1'000'000, "< 100");
    recording("1 million lines of Lua", loopOf(500'000));
    recording("1 million lines of Lua with a call in each turn", callsOf(333'333));
    recording("100,000 calls of INCR", "for i = 1, 100000 do\n  redis.call('INCR', KEYS[1])\nend");
    recording("20,000 turns of a rate limiter",
        "for i = 1, 20000 do\n  local n = redis.call('INCR', KEYS[1])\n  if n == 1 then\n"
        "    redis.call('EXPIRE', KEYS[1], 60)\n  end\n  redis.call('TTL', KEYS[1])\nend");
    seeking();
    return 0;
}
