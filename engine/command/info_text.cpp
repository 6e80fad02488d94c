#include "engine/command/info_text.h"

#include "engine/command/command_table.h"
#include "engine/command/server_view.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace engine {

namespace {

/// Lines of "name:value".
class InfoLines {
public:
    void heading(const char* text) { m_text += (m_text.empty() ? "# " : "\r\n# ") + Bytes(text) + "\r\n"; }
    void field(BytesView name, BytesView value) { m_text.append(name).append(":").append(value).append("\r\n"); }
    void field(BytesView name, const char* value) { field(name, BytesView(value)); }
    template <class Number>
    requires std::is_integral_v<Number>
    void field(BytesView name, Number value) { field(name, BytesView(std::to_string(value))); }
    void fixed(BytesView name, double value, int digits)
    {
        char text[64];
        std::snprintf(text, sizeof text, "%.*f", digits, value);
        field(name, BytesView(text));
    }
    void bytes(BytesView name, std::size_t value)
    {
        field(name, value);
        field(Bytes(name) + "_human", BytesView(human(value)));
    }
    Bytes take() { return std::move(m_text); }

private:
    static Bytes human(std::size_t value)
    {
        constexpr std::array kUnits{'K', 'M', 'G', 'T', 'P'};
        if (value < 1024)
            return std::to_string(value) + "B";
        double amount = static_cast<double>(value) / 1024;
        std::size_t unit = 0;
        for (; amount >= 1024 && unit + 1 < kUnits.size(); ++unit)
            amount /= 1024;
        char text[32];
        std::snprintf(text, sizeof text, "%.2f%c", amount, kUnits[unit]);
        return text;
    }

    Bytes m_text;
};

std::size_t residentBytes()
{
    std::ifstream statm("/proc/self/statm");
    std::size_t pages = 0;
    std::size_t resident = 0;
    statm >> pages >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void serverSection(InfoLines& lines, const CommandContext& context, const ServerFacts& facts)
{
    const UnixMicros now = context.clock.now();
    const std::int64_t uptime = (now.ms().value - facts.startedAt.value) / 1000;
    utsname system{};
    uname(&system);
    lines.heading("Server");
    lines.field("redis_version", "7.0.15");
    lines.field("redis_git_sha1", "00000000");
    lines.field("redis_git_dirty", 0);
    lines.field("redis_mode", "standalone");
    lines.field("server_name", "ferrite");
    lines.field("ferrite_version", FERRITE_VERSION);
    lines.field("os", BytesView(Bytes(system.sysname) + " " + system.release + " " + system.machine));
    lines.field("arch_bits", static_cast<int>(sizeof(void*) * 8));
    lines.field("process_id", getpid());
    lines.field("run_id", facts.runId);
    lines.field("tcp_port", facts.port);
    lines.field("server_time_usec", now.value);
    lines.field("uptime_in_seconds", uptime);
    lines.field("uptime_in_days", uptime / (24 * 3600));
    lines.field("hz", context.config.number(Param::Hz));
    lines.field("configured_hz", context.config.number(Param::Hz));
    lines.field("config_file", facts.configFile);
}

void clientsSection(InfoLines& lines, const CommandContext& context, const ServerFacts& facts)
{
    lines.heading("Clients");
    lines.field("connected_clients", facts.connectedClients);
    lines.field("cluster_connections", 0);
    lines.field("maxclients", context.config.number(Param::Maxclients));
    lines.field("blocked_clients", facts.blockedClients);
}

void memorySection(InfoLines& lines, const CommandContext& context, const ServerFacts& facts)
{
    lines.heading("Memory");
    const std::size_t used = context.data.memoryBytes();
    const std::size_t resident = residentBytes();
    lines.bytes("used_memory", used);
    lines.bytes("used_memory_rss", resident);
    lines.bytes("used_memory_peak", std::max(facts.memoryPeak, used));
    lines.field("used_memory_dataset", used);
    lines.bytes("total_system_memory",
        static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)));
    lines.bytes("used_memory_lua", facts.luaBytes);
    lines.field("used_memory_vm_eval", facts.luaBytes);
    lines.field("used_memory_scripts_eval", facts.scriptBytes);
    lines.field("number_of_cached_scripts", facts.cachedScripts);
    lines.field("number_of_functions", 0);
    lines.field("number_of_libraries", 0);
    lines.bytes("used_memory_scripts", facts.scriptBytes);
    lines.bytes("maxmemory", static_cast<std::size_t>(context.config.number(Param::Maxmemory)));
    lines.field("maxmemory_policy", context.config.text(Param::MaxmemoryPolicy));
    lines.fixed(
        "mem_fragmentation_ratio", used == 0 ? 0 : static_cast<double>(resident) / static_cast<double>(used), 2);
    lines.field("mem_clients_normal", facts.clientsMemory);
}

void persistenceSection(InfoLines& lines, const CommandContext&, const ServerFacts& facts)
{
    lines.heading("Persistence");
    lines.field("loading", 0);
    lines.field("async_loading", 0);
    lines.field("rdb_changes_since_last_save", facts.changesSinceSave);
    lines.field("rdb_bgsave_in_progress", 0);
    lines.field("aof_enabled", 0);
}

void statsSection(InfoLines& lines, const CommandContext& context, const ServerFacts& facts)
{
    const CommandStats& stats = context.server.commandStats();
    lines.heading("Stats");
    lines.field("total_connections_received", facts.connectionsReceived);
    lines.field("total_commands_processed", stats.totalCalls());
    lines.field("instantaneous_ops_per_sec", facts.opsPerSecond);
    lines.field("total_net_input_bytes", facts.netInputBytes);
    lines.field("total_net_output_bytes", facts.netOutputBytes);
    lines.fixed("instantaneous_input_kbps", facts.inputKbps, 2);
    lines.fixed("instantaneous_output_kbps", facts.outputKbps, 2);
    lines.field("rejected_connections", facts.connectionsRejected);
    lines.field("expired_keys", facts.expiredKeys);
    lines.field("evicted_keys", facts.evictedKeys);
    lines.field("keyspace_hits", facts.keyspaceHits + context.hits);
    lines.field("keyspace_misses", facts.keyspaceMisses + context.misses);
    lines.field("pubsub_channels", 0);
    lines.field("pubsub_patterns", 0);
    lines.field("total_forks", 0);
    lines.field("total_error_replies", stats.totalErrors());
}

void replicationSection(InfoLines& lines, const CommandContext&, const ServerFacts&)
{
    lines.heading("Replication");
    lines.field("role", "master");
    lines.field("connected_slaves", 0);
}

void cpuSection(InfoLines& lines, const CommandContext&, const ServerFacts&)
{
    rusage self{};
    getrusage(RUSAGE_SELF, &self);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    lines.heading("CPU");
    lines.fixed("used_cpu_sys", seconds(self.ru_stime), 6);
    lines.fixed("used_cpu_user", seconds(self.ru_utime), 6);
}

void modulesSection(InfoLines& lines, const CommandContext&, const ServerFacts&)
{
    lines.heading("Modules");
}

void commandstatsSection(InfoLines& lines, const CommandContext& context, const ServerFacts&)
{
    lines.heading("Commandstats");
    const CommandStats& stats = context.server.commandStats();
    for (std::size_t i = 0; i < context.commands.indexCount(); ++i) {
        const CommandCounters& counters = stats.of(i);
        if (counters.calls == 0 && counters.rejected == 0 && counters.failed == 0)
            continue;
        const double perCall =
            counters.calls == 0 ? 0 : static_cast<double>(counters.micros) / static_cast<double>(counters.calls);
        char text[200];
        std::snprintf(text, sizeof text,
            "calls=%llu,usec=%llu,usec_per_call=%.2f,rejected_calls=%llu,failed_calls=%llu",
            static_cast<unsigned long long>(counters.calls), static_cast<unsigned long long>(counters.micros), perCall,
            static_cast<unsigned long long>(counters.rejected), static_cast<unsigned long long>(counters.failed));
        lines.field("cmdstat_" + context.commands.at(i).fullName, BytesView(text));
    }
}

void errorstatsSection(InfoLines& lines, const CommandContext& context, const ServerFacts&)
{
    lines.heading("Errorstats");
    for (const auto& [code, count] : context.server.commandStats().errors())
        lines.field("errorstat_" + code, BytesView("count=" + std::to_string(count)));
}

void clusterSection(InfoLines& lines, const CommandContext&, const ServerFacts&)
{
    lines.heading("Cluster");
    lines.field("cluster_enabled", 0);
}

void keyspaceSection(InfoLines& lines, const CommandContext& context, const ServerFacts&)
{
    lines.heading("Keyspace");
    for (std::size_t i = 0; i < context.data.databaseCount(); ++i) {
        const Database& keys = context.data.database(i);
        if (keys.size() == 0)
            continue;
        lines.field("db" + std::to_string(i),
            BytesView("keys=" + std::to_string(keys.size()) + ",expires=" + std::to_string(keys.volatileSize())));
    }
}

struct Section {
    BytesView name;
    bool usual;
    void (*write)(InfoLines&, const CommandContext&, const ServerFacts&);
};

constexpr Section kSections[] = {
    {"server", true, serverSection},
    {"clients", true, clientsSection},
    {"memory", true, memorySection},
    {"persistence", true, persistenceSection},
    {"stats", true, statsSection},
    {"replication", true, replicationSection},
    {"cpu", true, cpuSection},
    {"modules", true, modulesSection},
    {"commandstats", false, commandstatsSection},
    {"errorstats", true, errorstatsSection},
    {"cluster", true, clusterSection},
    {"keyspace", true, keyspaceSection},
};

} // namespace

Bytes infoText(const CommandContext& context, std::span<const BytesView> sections)
{
    const auto asked = [&](BytesView name) {
        return std::ranges::any_of(sections, [name](BytesView word) { return equalsIgnoringCase(word, name); });
    };
    const bool all = asked("all") || asked("everything");
    const bool usual = sections.empty() || asked("default");
    const ServerFacts facts = context.server.facts();
    InfoLines lines;
    for (const Section& section : kSections) {
        if (all || (usual && section.usual) || asked(section.name))
            section.write(lines, context, facts);
    }
    return lines.take();
}

} // namespace engine
