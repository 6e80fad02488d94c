// How fast scripts run in process, on one thread: EVALSHA of nothing, of one GET, of a rate limiter, and redis.call
// inside a script. Run by hand from a release build, on a quiet machine.

#include "engine/base/sha1.h"
#include "engine/resp/resp_sink.h"
#include "engine/script/script_runner.h"
#include "engine/server/engine.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <limits>

using namespace engine;

namespace {

constexpr int kRounds = 20;

/// Runs `words` `times` over in each of the rounds; gives nanoseconds of the processor a time, in the best of them:
/// what others do on the machine makes a round slower, never quicker.
double nanosecondsEach(Engine& server, ClientState& client, const std::vector<BytesView>& words, int times)
{
    Bytes out;
    RespSink sink(out, Protocol::Resp2);
    EngineTurn turn = server.beginTurn();
    double best = std::numeric_limits<double>::infinity();
    for (int round = 0; round < kRounds; ++round) {
        const std::clock_t begin = std::clock();
        for (int i = 0; i < times; ++i) {
            out.clear();
            server.execute(turn, client, words, sink);
        }
        best = std::min(best, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC * 1e9 / times);
    }
    return best;
}

void report(const char* name, double nanoseconds, const char* unit)
{
    std::printf("%-34s %8.1f ns %s  (%.2f million a second)\n", name, nanoseconds, unit, 1000 / nanoseconds);
}

} // namespace

int main()
{
    constexpr int kTimes = 100'000;
    const SystemClock clock;
    ScriptRunner runner;
    Engine server(clock, 1);
    server.setScripts(&runner);
    ClientState client;
    {
        EngineTurn turn = server.beginTurn();
        server.join(turn, client);
    }
    nanosecondsEach(server, client, {"SET", "key", "value"}, 1);

    const auto evalsha = [&](const char* name, const char* body, int times) {
        const Bytes sha = *runner.load(body);
        report(name, nanosecondsEach(server, client, {"EVALSHA", sha, "1", "key"}, times), "a call");
    };
    report("GET", nanosecondsEach(server, client, {"GET", "key"}, kTimes), "a call");
    evalsha("EVALSHA return 1", "return 1", kTimes);
    evalsha("EVALSHA of one GET", "return redis.call('GET', KEYS[1])", kTimes);
    evalsha("EVALSHA of a rate limiter",
        "local n = redis.call('INCR', 'rl') if n == 1 then redis.call('EXPIRE', 'rl', 60) end "
        "return {n, redis.call('TTL', 'rl')}",
        kTimes);
    constexpr int kInner = 100'000;
    const Bytes loop = *runner.load("local call, key = redis.call, KEYS[1] for i = 1, 100000 do call('GET', key) end");
    report("redis.call('GET') in a script", nanosecondsEach(server, client, {"EVALSHA", loop, "1", "key"}, 1) / kInner,
        "a call");
    return 0;
}
