// What the dataset costs, in time and in memory: one line a figure, `name value unit`. With redis-server installed, its
// bytes a key and an element are measured beside ours.
//
//   data_bench [COUNT]     of keys and of elements; 1000000 unless told

#include "engine/data/keyspace.h"
#include "engine/data/keyspace_diff.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace engine;
using Steady = std::chrono::steady_clock;

namespace {

constexpr int kRuns = 11; // the median of so many

void tell(const std::string& name, double value, const char* unit)
{
    std::printf("%-44s %12.4f %s\n", name.c_str(), value, unit);
    std::fflush(stdout);
}

double milliseconds(const std::function<void()>& work)
{
    const auto start = Steady::now();
    work();
    return std::chrono::duration<double, std::milli>(Steady::now() - start).count();
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

// Heap in use, as the allocator counts it: chunks, their headers included.
std::size_t heapBytes()
{
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

std::size_t residentBytes()
{
    std::size_t pages = 0;
    std::size_t resident = 0;
    std::ifstream("/proc/self/statm") >> pages >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::string numbered(const char* prefix, int i)
{
    char text[64];
    std::snprintf(text, sizeof text, "%s%07d", prefix, i);
    return text;
}

struct Kind {
    const char* name;
    const char* redis; // as redis-cli takes it; %d is the number of an element
    std::function<void(Database&, int)> add;
    bool isKey = false;
};

std::vector<Kind> kinds()
{
    const EncodingLimits limits;
    return {
        {"key", "SET key:%07d value:%07d",
            [](Database& d, int i) { d.setString(numbered("key:", i), numbered("value:", i)); }, true},
        {"key with expiry", "SET key:%07d value:%07d EX 100000",
            [](Database& d, int i) {
                d.setString(numbered("key:", i), numbered("value:", i));
                d.setExpiry(numbered("key:", i), UnixMs{1});
            },
            true},
        {"integer key", "SET key:%07d %d", [](Database& d, int i) { d.setInteger(numbered("key:", i), i); }, true},
        {"hash field", "HSET h field:%07d value:%07d",
            [=](Database& d, int i) { d.editHash("h").set(numbered("field:", i), numbered("value:", i), limits); }},
        {"set member", "SADD s member:%07d",
            [=](Database& d, int i) { d.editSet("s").add(numbered("member:", i), limits); }},
        {"zset member", "ZADD z %d member:%07d",
            [=](Database& d, int i) { d.editSortedSet("z").set(numbered("member:", i), i, limits); }},
        {"list element", "RPUSH l element:%07d",
            [=](Database& d, int i) { d.editList("l").push(End::Back, numbered("element:", i), limits); }},
        {"stream entry", "XADD x %d-1 field value:%07d",
            [=](Database& d, int i) {
                const Bytes value = numbered("value:", i);
                const BytesView pair[] = {"field", value};
                d.editStream("x").append({static_cast<std::uint64_t>(i), 1}, pair, limits);
            }},
        {"list integer", "RPUSH l %d",
            [=](Database& d, int i) { d.editList("l").push(End::Back, std::to_string(i), limits); }},
    };
}

// Runs `work` in a process of its own, so that every measurement begins with an untouched heap.
void apart(const std::function<void()>& work)
{
    const pid_t child = fork();
    if (child == 0) {
        work();
        std::_Exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
}

void measureOurs(const Kind& kind, int count)
{
    const std::size_t heap = heapBytes();
    const std::size_t resident = residentBytes();
    Keyspace data(0x5eed);
    const double time = milliseconds([&] {
        for (int i = 0; i < count; ++i)
            kind.add(data.database(0), i);
    });
    const std::string name = kind.name;
    tell(name + ", resident", static_cast<double>(residentBytes() - resident) / count, "bytes");
    tell(name + ", heap", static_cast<double>(heapBytes() - heap) / count, "bytes");
    tell(name + ", own estimate", static_cast<double>(data.memoryBytes()) / count, "bytes");
    tell(name + ", added in", time * 1e6 / count, "ns");
}

std::string answer(const std::string& command)
{
    std::string out;
    char line[512];
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    while (pipe && std::fgets(line, sizeof line, pipe.get()))
        out += line;
    return out;
}

double redisMemory(const std::string& cli)
{
    const std::string info = answer(cli + " INFO memory");
    const auto at = info.find("used_memory:");
    return at == std::string::npos ? 0 : std::strtod(info.c_str() + at + 12, nullptr);
}

void fill(const std::string& cli, const char* command, int count)
{
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen((cli + " --pipe >/dev/null").c_str(), "w"), pclose);
    for (int i = 0; pipe && i < count; ++i) {
        // A command has one number or two; printf ignores a surplus argument.
        std::fprintf(pipe.get(), command, i, i);
        std::fputs("\r\n", pipe.get());
    }
}

void measureRedis(int count)
{
    if (answer("redis-server --version").empty()) {
        std::puts("# redis-server is not installed: no figures beside ours");
        return;
    }
    const std::string socket = "/tmp/data_bench." + std::to_string(getpid()) + ".sock";
    const std::string cli = "redis-cli -s " + socket;
    const pid_t server = fork();
    if (server == 0) {
        execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", socket.c_str(), "--save", "",
            "--appendonly", "no", "--loglevel", "warning", "--logfile", "/dev/null", nullptr);
        std::_Exit(127);
    }
    while (answer(cli + " PING 2>/dev/null").find("PONG") == std::string::npos)
        usleep(20'000);
    for (const Kind& kind : kinds()) {
        answer(cli + " FLUSHALL");
        const double before = redisMemory(cli);
        fill(cli, kind.redis, count);
        tell(std::string("redis: ") + kind.name, (redisMemory(cli) - before) / count, "bytes");
    }
    answer(cli + " SHUTDOWN NOSAVE 2>/dev/null");
    waitpid(server, nullptr, 0);
}

double firstWrite(Keyspace& data, const std::function<void(Database&, int)>& write)
{
    std::vector<double> times;
    for (int run = 0; run < kRuns; ++run) {
        const Keyspace snapshot = data.snapshot();
        times.push_back(milliseconds([&] { write(data.database(0), run); }));
    }
    return median(times);
}

void measureDiffs(Keyspace& data, int count)
{
    const EncodingLimits limits;
    const auto some = [count](int run) { return (run * 7919 + count / 3) % count; };
    std::vector<double> times;
    std::size_t found = 0;
    for (int run = 0; run < kRuns; ++run) {
        const Keyspace before = data.snapshot();
        for (int i = 0; i < 10; ++i)
            data.database(0).setString(numbered("key:", some(run * 10 + i)), "run " + std::to_string(run));
        times.push_back(milliseconds([&] { found = diffKeyspaces(before, data).keys.size(); }));
    }
    tell("diff of 10 keys", median(times), "ms");
    tell("diff of 10 keys, found", static_cast<double>(found), "keys");

    times.clear();
    for (int run = 0; run < kRuns; ++run) {
        const Keyspace before = data.snapshot();
        for (int i = 0; i < 10; ++i)
            data.database(0).editHash("h").set(
                numbered("field:", some(run * 10 + i)), "run " + std::to_string(run), limits);
        times.push_back(milliseconds([&] { diffKeyspaces(before, data); }));
    }
    tell("diff of 10 fields of a hash", median(times), "ms");
    times.clear();
    for (int run = 0; run < kRuns; ++run) {
        const Keyspace before = data.snapshot();
        data.database(0).editList("l").push(End::Front, "front", limits);
        times.push_back(milliseconds([&] { diffKeyspaces(before, data); }));
    }
    tell("diff of a list pushed to", median(times), "ms");
}

void measureSnapshots(int count)
{
    Keyspace data(0x5eed);
    for (int i = 0; i < count; ++i)
        data.database(0).setString(numbered("key:", i), numbered("value:", i));
    for (const Kind& kind : kinds())
        if (!kind.isKey && std::string(kind.name) != "list integer")
            for (int i = 0; i < count; ++i)
                kind.add(data.database(0), i);

    std::vector<double> times;
    std::vector<Keyspace> kept;
    for (int run = 0; run < kRuns; ++run)
        times.push_back(milliseconds([&] { kept.push_back(data.snapshot()); }));
    kept.clear();
    tell("snapshot", median(times), "ms");

    const EncodingLimits limits;
    const auto some = [count](int run) { return (run * 7919 + count / 3) % count; };
    tell("first write after it: key",
        firstWrite(data, [&](Database& d, int run) { d.setString(numbered("key:", some(run)), "other"); }), "ms");
    tell("first write after it: hash",
        firstWrite(
            data, [&](Database& d, int run) { d.editHash("h").set(numbered("field:", some(run)), "other", limits); }),
        "ms");
    tell("first write after it: set",
        firstWrite(data, [&](Database& d, int run) { d.editSet("s").add(numbered("new:", run), limits); }), "ms");
    tell("first write after it: zset",
        firstWrite(data,
            [&](Database& d, int run) { d.editSortedSet("z").set(numbered("member:", some(run)), 0.5 + run, limits); }),
        "ms");
    tell("first write after it: list",
        firstWrite(data,
            [&](Database& d, int run) { d.editList("l").set(static_cast<std::size_t>(some(run)), "other", limits); }),
        "ms");

    measureDiffs(data, count);
}

void measureSpeed(int count)
{
    Keyspace data(0x5eed);
    std::vector<std::string> keys;
    for (int i = 0; i < count; ++i)
        keys.push_back(numbered("key:", i));
    for (const std::string& key : keys)
        data.database(0).setString(key, "value");
    Rng rng(1);
    std::shuffle(keys.begin(), keys.end(), std::default_random_engine(1));
    std::size_t hits = 0;
    const double finding = milliseconds([&] {
        for (const std::string& key : keys)
            hits += data.database(0).find(key) != nullptr;
    });
    tell("find, random order", finding * 1e6 / count, "ns");
    const double writing = milliseconds([&] {
        for (const std::string& key : keys)
            data.database(0).setString(key, "other");
    });
    tell("overwrite, random order", writing * 1e6 / count, "ns");
    const double picking = milliseconds([&] {
        for (int i = 0; i < count / 10; ++i)
            hits += data.database(0).random(rng) != nullptr;
    });
    tell("random key", picking * 1e6 / (count / 10), "ns");
    Keyspace last = data.snapshot();
    tell("dropping one of two holders", milliseconds([&] { data = Keyspace(1); }), "ms");
    tell("dropping the last holder", milliseconds([&] { last = Keyspace(1); }), "ms");
    if (hits == 0)
        std::puts("# nothing was found");
}

} // namespace

int main(int argc, char** argv)
{
    const int count = argc > 1 ? std::atoi(argv[1]) : 1'000'000;
    if (count < 1'000) {
        std::fprintf(stderr, "data_bench: COUNT is a number of at least 1000\n");
        return 2;
    }
    for (const Kind& kind : kinds())
        apart([&] { measureOurs(kind, count); });
    apart([&] { measureSnapshots(count); });
    apart([&] { measureSpeed(count); });
    measureRedis(count);
    return 0;
}
