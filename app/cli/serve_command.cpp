// `ferrite serve`: an engine with a listener in the foreground, until a signal or SHUTDOWN ends it.

#include "app/cli/subcommand.h"

#include "debugger/ldb_host.h"
#include "engine/server/engine_thread.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <random>

#include <csignal>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace app {

namespace {

// Descriptors that are no client: standard streams, the loop's own, listening sockets.
constexpr rlim_t kOwnDescriptors = 64;

struct ServeOptions {
    std::string configFile;
    std::vector<std::string> addresses;
    CLI::App* parser = nullptr; // holds the words that are no option of ours: parameters
};

int complain(const std::string& text, int code)
{
    std::cerr << "ferrite serve: " << text << (code == kBadUsage ? ". Try: ferrite serve --help\n" : "\n");
    return code;
}

/// `--NAME VALUE…`: a parameter each.
engine::Result<void> setParameters(engine::Config& config, const std::vector<std::string>& words)
{
    for (std::size_t i = 0; i < words.size();) {
        if (!words[i].starts_with("--") || words[i].size() == 2)
            return engine::Error{"'" + words[i] + "' is not expected here; parameters are given as --NAME VALUE"};
        std::string name = words[i].substr(2);
        std::string value;
        bool given = false;
        if (const auto equals = name.find('='); equals != std::string::npos) {
            value = name.substr(equals + 1);
            name.resize(equals);
            given = true;
        }
        for (++i; i < words.size() && !words[i].starts_with("--"); ++i) {
            value += (given ? " " : "") + words[i];
            given = true;
        }
        if (!given)
            return engine::Error{"--" + name + " needs a value"};
        if (auto set = config.setAtStart(name, value); !set)
            return engine::Error{"--" + name + ": " + set.error()};
    }
    return {};
}

std::vector<engine::Bytes> splitWords(const engine::Bytes& text)
{
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), {}};
}

engine::ListenOptions listenOptions(const engine::Config& config)
{
    engine::ListenOptions listen;
    listen.port = static_cast<std::uint16_t>(config.number(engine::Param::Port));
    listen.addresses = splitWords(config.text(engine::Param::Bind));
    listen.unixSocket = config.text(engine::Param::Unixsocket);
    listen.unixSocketMode = static_cast<unsigned>(config.number(engine::Param::Unixsocketperm));
    return listen;
}

void allowDescriptors(std::int64_t clients)
{
    rlimit limit{};
    const rlim_t wanted = static_cast<rlim_t>(clients) + kOwnDescriptors;
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < wanted)
        std::cerr << "ferrite serve: the system allows " << limit.rlim_cur << " open files, which is fewer than "
                  << clients << " clients need (ulimit -n)\n";
}

/// SIGINT and SIGTERM as a descriptor, and SHUTDOWN as another, so that one wait ends at either.
class EndOfService {
public:
    EndOfService() : m_shutdown(::eventfd(0, EFD_CLOEXEC))
    {
        ::sigemptyset(&m_set);
        ::sigaddset(&m_set, SIGINT);
        ::sigaddset(&m_set, SIGTERM);
        // Before any thread starts, so that all of them leave these signals to the descriptor.
        ::pthread_sigmask(SIG_BLOCK, &m_set, nullptr);
        m_signals = ::signalfd(-1, &m_set, SFD_CLOEXEC);
    }
    ~EndOfService()
    {
        ::close(m_signals);
        ::close(m_shutdown);
    }
    EndOfService(const EndOfService&) = delete;
    EndOfService& operator=(const EndOfService&) = delete;

    /// Thread: any.
    void request() { ::eventfd_write(m_shutdown, 1); }
    void wait()
    {
        pollfd ends[] = {{m_signals, POLLIN, 0}, {m_shutdown, POLLIN, 0}};
        while (::poll(ends, 2, -1) < 0) { }
        signalfd_siginfo taken{};
        if (ends[0].revents != 0)
            static_cast<void>(!::read(m_signals, &taken, sizeof taken));
        // Whoever does not want to wait for the end to be clean signals once more.
        ::pthread_sigmask(SIG_UNBLOCK, &m_set, nullptr);
    }

private:
    sigset_t m_set{};
    int m_signals = -1;
    int m_shutdown = -1;
};

void sayHowToConnect(const engine::ListenReport& report, bool password)
{
    std::cout << "Ferrite " FERRITE_VERSION " serves";
    for (const engine::Bytes& address : report.addresses)
        std::cout << ' ' << address;
    if (!report.unixSocket.empty())
        std::cout << ' ' << report.unixSocket;
    std::cout << "\nConnect with: redis-cli ";
    if (report.addresses.empty())
        std::cout << "-s " << report.unixSocket;
    else
        std::cout << "-p " << report.port;
    if (password)
        std::cout << " --askpass";
    std::cout << "\nCtrl+C ends it." << std::endl;
}

int serve(const ServeOptions& options)
{
    engine::Config config;
    // Beside a real server of the same machine, which has 6379.
    if (auto set = config.setAtStart("port", "6380"); !set)
        return complain(set.error(), kBadUsage);
    if (auto set = config.setAtStart("bind", "127.0.0.1"); !set)
        return complain(set.error(), kBadUsage);
    if (!options.configFile.empty()) {
        if (auto loaded = config.loadFile(options.configFile); !loaded)
            return complain(loaded.error(), kBadUsage);
    }
    if (!options.addresses.empty()) {
        std::string all;
        for (const std::string& address : options.addresses)
            all += (all.empty() ? "" : " ") + address;
        if (auto set = config.setAtStart("bind", all); !set)
            return complain("--bind: " + set.error(), kBadUsage);
    }
    if (auto set = setParameters(config, options.parser->remaining()); !set)
        return complain(set.error(), kBadUsage);

    allowDescriptors(config.number(engine::Param::Maxclients));
    const engine::ListenOptions listen = listenOptions(config);
    const engine::SystemClock clock;
    EndOfService end;
    std::random_device device;
    const std::uint64_t seed = (std::uint64_t{device()} << 32) | device();
    debugger::LdbHost sessions;
    engine::EngineThread thread(clock, seed, std::move(config),
        {.shutdown = [&end](const engine::ShutdownRequest&) { end.request(); },
            .clientsChanged = {},
            .debugScript = [&sessions](engine::Engine& engine,
                               engine::ScriptDebugStart start) { sessions.start(engine, std::move(start)); }});
    sessions.serve(thread);
    if (const auto loaded = thread.loadUsers().get(); !loaded)
        return complain(loaded.error(), kFailure);
    const auto report = thread.listen(listen).get();
    if (!report)
        return complain(report.error(), kFailure);
    sayHowToConnect(*report, report->needsLogin);
    end.wait();
    sessions.leave();
    std::cout << "Ferrite has ended." << std::endl;
    return kSuccess;
}

} // namespace

Subcommand addServeCommand(CLI::App& parser)
{
    auto options = std::make_shared<ServeOptions>(); // shared by the parser, which fills it, and by run, which reads it
    CLI::App* command = parser.add_subcommand("serve", "Serve an engine over RESP until a signal or SHUTDOWN ends it");
    options->parser = command;
    command
        ->add_option("--bind", options->addresses,
            "An address to listen on, once or more (default 127.0.0.1); any but loopback needs --requirepass")
        ->type_name("ADDR");
    command->add_option("--config", options->configFile, "Read parameters from a file in redis.conf's form")
        ->type_name("FILE");
    command->allow_extras();
    command->footer("--NAME VALUE sets any parameter of CONFIG, among them:\n"
                    "  --port N            default 6380; 0 takes any free port and prints it\n"
                    "  --requirepass P     the password that clients must give\n"
                    "  --aclfile FILE      users and what they may do, as ACL SAVE writes them\n"
                    "  --unixsocket PATH   listen on a unix socket too (--unixsocketperm MODE)\n"
                    "  --maxclients N, --maxmemory BYTES, --timeout SECONDS, …\n");
    return {.parser = command, .run = [options] { return serve(*options); }};
}

} // namespace app
