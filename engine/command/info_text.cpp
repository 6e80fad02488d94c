#include "engine/command/info_text.h"

#include "engine/command/command_table.h"
#include "engine/command/server_view.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <initializer_list>
#include <sstream>
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
        human(name, value);
    }
    void human(BytesView name, std::size_t value) { field(Bytes(name) + "_human", BytesView(readable(value))); }
    Bytes take() { return std::move(m_text); }

private:
    static Bytes readable(std::size_t value)
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

double share(std::size_t part, std::size_t whole)
{
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

void percent(InfoLines& lines, BytesView name, double value)
{
    char text[64];
    std::snprintf(text, sizeof text, "%.2f%%", value);
    lines.field(name, BytesView(text));
}

void zeros(InfoLines& lines, std::initializer_list<BytesView> names)
{
    for (const BytesView name : names)
        lines.field(name, 0);
}

void serverSection(InfoLines& lines, const CommandContext& context, const ServerFacts& facts)
{
    constexpr std::uint32_t kAccessClockMask = (1U << 24) - 1; // as many bits as Redis's clock has
    const UnixMicros now = context.clock.now();
    const std::int64_t uptime = (now.ms().value - facts.startedAt.value) / 1000;
    utsname system{};
    uname(&system);
    lines.heading("Server");
    lines.field("redis_version", "7.0.15");
    lines.field("redis_git_sha1", "00000000");
    lines.field("redis_git_dirty", 0);
    lines.field("redis_build_id", "0");
    lines.field("redis_mode", "standalone");
    lines.field("server_name", "ferrite");
    lines.field("ferrite_version", FERRITE_VERSION);
    lines.field("os", BytesView(Bytes(system.sysname) + " " + system.release + " " + system.machine));
    lines.field("arch_bits", static_cast<int>(sizeof(void*) * 8));
    lines.field("monotonic_clock", "POSIX clock_gettime");
    lines.field("multiplexing_api", "epoll");
    lines.field("atomicvar_api", "c11-builtin");
    lines.field("gcc_version", __VERSION__);
    lines.field("process_id", getpid());
    lines.field("process_supervised", "no");
    lines.field("run_id", facts.runId);
    lines.field("tcp_port", facts.port);
    lines.field("server_time_usec", now.value);
    lines.field("uptime_in_seconds", uptime);
    lines.field("uptime_in_days", uptime / (24 * 3600));
    lines.field("hz", context.config.number(Param::Hz));
    lines.field("configured_hz", context.config.number(Param::Hz));
    lines.field("lru_clock", static_cast<std::uint32_t>(now.ms().value / 1000) & kAccessClockMask);
    lines.field("executable", facts.executable);
    lines.field("config_file", facts.configFile);
    lines.field("io_threads_active", 0);
}

void clientsSection(InfoLines& lines, const CommandContext& context, const ServerFacts& facts)
{
    std::size_t input = 0;
    std::size_t output = 0;
    for (const ClientState* client : context.server.clients()) {
        input = std::max(input, client->connection.queryBuffer);
        output = std::max(output, client->connection.outputBuffer);
    }
    lines.heading("Clients");
    lines.field("connected_clients", facts.connectedClients);
    lines.field("cluster_connections", 0);
    lines.field("maxclients", context.config.number(Param::Maxclients));
    lines.field("client_recent_max_input_buffer", input);
    lines.field("client_recent_max_output_buffer", output);
    lines.field("blocked_clients", facts.blockedClients);
    lines.field("tracking_clients", facts.trackingClients);
    lines.field("clients_in_timeout_table", facts.timedWaits);
}

// The dataset's bytes are counted, so what Redis asks of its allocator is, here, what is counted against what the
// system has given the process.
void memorySection(InfoLines& lines, const CommandContext& context, const ServerFacts& facts)
{
    const std::size_t used = context.data.memoryBytes();
    const std::size_t overhead =
        facts.clientsMemory + facts.scriptBytes + facts.luaBytes + facts.functionBytes + facts.functionLuaBytes;
    const std::size_t resident = residentBytes();
    const std::size_t peak = std::max(facts.memoryPeak, used);
    const std::size_t apart = resident > used ? resident - used : 0;
    lines.heading("Memory");
    lines.bytes("used_memory", used);
    lines.bytes("used_memory_rss", resident);
    lines.bytes("used_memory_peak", peak);
    percent(lines, "used_memory_peak_perc", 100 * share(used, peak));
    lines.field("used_memory_overhead", overhead);
    lines.field("used_memory_startup", 0);
    lines.field("used_memory_dataset", used);
    percent(lines, "used_memory_dataset_perc", used == 0 ? 0 : 100);
    lines.field("allocator_allocated", used);
    lines.field("allocator_active", resident);
    lines.field("allocator_resident", resident);
    lines.bytes("total_system_memory",
        static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)));
    lines.field("used_memory_lua", facts.luaBytes);
    lines.field("used_memory_vm_eval", facts.luaBytes);
    lines.human("used_memory_lua", facts.luaBytes);
    lines.field("used_memory_scripts_eval", facts.scriptBytes);
    lines.field("number_of_cached_scripts", facts.cachedScripts);
    lines.field("number_of_functions", facts.functions);
    lines.field("number_of_libraries", facts.libraries);
    lines.field("used_memory_vm_functions", facts.functionLuaBytes);
    lines.bytes("used_memory_vm_total", facts.luaBytes + facts.functionLuaBytes);
    lines.field("used_memory_functions", facts.functionBytes);
    lines.bytes("used_memory_scripts", facts.scriptBytes + facts.functionBytes);
    lines.bytes("maxmemory", static_cast<std::size_t>(context.config.number(Param::Maxmemory)));
    lines.field("maxmemory_policy", context.config.text(Param::MaxmemoryPolicy));
    lines.fixed("allocator_frag_ratio", share(resident, used), 2);
    lines.field("allocator_frag_bytes", apart);
    lines.fixed("allocator_rss_ratio", 1, 2);
    lines.field("allocator_rss_bytes", 0);
    lines.fixed("rss_overhead_ratio", 1, 2);
    lines.field("rss_overhead_bytes", 0);
    lines.fixed("mem_fragmentation_ratio", share(resident, used), 2);
    lines.field("mem_fragmentation_bytes", apart);
    zeros(lines,
        {"mem_not_counted_for_evict", "mem_replication_backlog", "mem_total_replication_buffers",
            "mem_clients_slaves"});
    lines.field("mem_clients_normal", facts.clientsMemory);
    zeros(lines, {"mem_cluster_links", "mem_aof_buffer"});
    lines.field("mem_allocator", "libc");
    lines.field("active_defrag_running", 0);
    lines.field("lazyfree_pending_objects", facts.lazyfreePending);
    lines.field("lazyfreed_objects", facts.lazyfreed);
}

// Nothing is saved: these are a server's that has saved nothing yet.
void persistenceSection(InfoLines& lines, const CommandContext&, const ServerFacts& facts)
{
    lines.heading("Persistence");
    zeros(lines, {"loading", "async_loading", "current_cow_peak", "current_cow_size", "current_cow_size_age"});
    lines.field("current_fork_perc", "0.00");
    zeros(lines, {"current_save_keys_processed", "current_save_keys_total"});
    lines.field("rdb_changes_since_last_save", facts.changesSinceSave);
    lines.field("rdb_bgsave_in_progress", 0);
    lines.field("rdb_last_save_time", facts.startedAt.value / 1000);
    lines.field("rdb_last_bgsave_status", "ok");
    lines.field("rdb_last_bgsave_time_sec", -1);
    lines.field("rdb_current_bgsave_time_sec", -1);
    zeros(lines,
        {"rdb_saves", "rdb_last_cow_size", "rdb_last_load_keys_expired", "rdb_last_load_keys_loaded", "aof_enabled",
            "aof_rewrite_in_progress", "aof_rewrite_scheduled"});
    lines.field("aof_last_rewrite_time_sec", -1);
    lines.field("aof_current_rewrite_time_sec", -1);
    lines.field("aof_last_bgrewrite_status", "ok");
    zeros(lines, {"aof_rewrites", "aof_rewrites_consecutive_failures"});
    lines.field("aof_last_write_status", "ok");
    zeros(lines, {"aof_last_cow_size", "module_fork_in_progress", "module_fork_last_cow_size"});
}

void keyspaceStats(InfoLines& lines, const CommandContext& context, const ServerFacts& facts)
{
    lines.field("expired_keys", facts.expiredKeys);
    lines.field("expired_stale_perc", "0.00");
    zeros(lines, {"expired_time_cap_reached_count"});
    lines.field("expire_cycle_cpu_milliseconds", facts.expireCycleMs);
    lines.field("evicted_keys", facts.evictedKeys);
    zeros(lines, {"evicted_clients", "total_eviction_exceeded_time", "current_eviction_exceeded_time"});
    lines.field("keyspace_hits", facts.keyspaceHits + context.hits);
    lines.field("keyspace_misses", facts.keyspaceMisses + context.misses);
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
    zeros(lines, {"total_net_repl_input_bytes", "total_net_repl_output_bytes"});
    lines.fixed("instantaneous_input_kbps", facts.inputKbps, 2);
    lines.fixed("instantaneous_output_kbps", facts.outputKbps, 2);
    lines.field("instantaneous_input_repl_kbps", "0.00");
    lines.field("instantaneous_output_repl_kbps", "0.00");
    lines.field("rejected_connections", facts.connectionsRejected);
    zeros(lines, {"sync_full", "sync_partial_ok", "sync_partial_err"});
    keyspaceStats(lines, context, facts);
    lines.field("pubsub_channels", facts.channels);
    lines.field("pubsub_patterns", facts.patterns);
    lines.field("pubsubshard_channels", facts.shardChannels);
    zeros(lines,
        {"latest_fork_usec", "total_forks", "migrate_cached_sockets", "slave_expires_tracked_keys",
            "active_defrag_hits", "active_defrag_misses", "active_defrag_key_hits", "active_defrag_key_misses",
            "total_active_defrag_time", "current_active_defrag_time"});
    lines.field("tracking_total_keys", facts.trackingKeys);
    lines.field("tracking_total_items", facts.trackingItems);
    lines.field("tracking_total_prefixes", facts.trackingPrefixes);
    zeros(lines, {"unexpected_error_replies"});
    lines.field("total_error_replies", stats.totalErrors());
    zeros(lines,
        {"dump_payload_sanitizations", "total_reads_processed", "total_writes_processed", "io_threaded_reads_processed",
            "io_threaded_writes_processed", "reply_buffer_shrinks", "reply_buffer_expands"});
}

void replicationSection(InfoLines& lines, const CommandContext& context, const ServerFacts& facts)
{
    constexpr std::size_t kIdDigits = 40;
    lines.heading("Replication");
    lines.field("role", "master");
    lines.field("connected_slaves", 0);
    if (context.config.wantsReplicas())
        lines.field("min_slaves_good_slaves", 0);
    lines.field("master_failover_state", "no-failover");
    lines.field("master_replid", facts.runId);
    lines.field("master_replid2", BytesView(Bytes(kIdDigits, '0')));
    lines.field("master_repl_offset", 0);
    lines.field("second_repl_offset", -1);
    lines.field("repl_backlog_active", 0);
    lines.field("repl_backlog_size", 1048576);
    zeros(lines, {"repl_backlog_first_byte_offset", "repl_backlog_histlen"});
}

void cpuSection(InfoLines& lines, const CommandContext&, const ServerFacts&)
{
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    const auto both = [&](const char* whose, int who) {
        rusage usage{};
        getrusage(who, &usage);
        lines.fixed("used_cpu_sys" + Bytes(whose), seconds(usage.ru_stime), 6);
        lines.fixed("used_cpu_user" + Bytes(whose), seconds(usage.ru_utime), 6);
    };
    lines.heading("CPU");
    both("", RUSAGE_SELF);
    both("_children", RUSAGE_CHILDREN);
    both("_main_thread", RUSAGE_THREAD);
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

// "50", "99.9": as few digits as say it.
Bytes percentName(double percent)
{
    char text[64];
    std::snprintf(text, sizeof text, "%f", percent);
    Bytes name = text;
    name.erase(name.find_last_not_of('0') + 1);
    if (name.ends_with('.'))
        name.pop_back();
    return name;
}

void latencystatsSection(InfoLines& lines, const CommandContext& context, const ServerFacts&)
{
    lines.heading("Latencystats");
    if (!context.config.flag(Param::LatencyTracking))
        return;
    std::vector<double> percents;
    std::istringstream words(context.config.text(Param::LatencyTrackingInfoPercentiles));
    for (double percent = 0; words >> percent;)
        percents.push_back(percent);
    for (std::size_t i = 0; i < context.commands.indexCount(); ++i) {
        const LatencyHistogram& histogram = context.server.commandStats().latencies(i);
        if (histogram.count() == 0)
            continue;
        Bytes text;
        for (const double percent : percents) {
            char figure[64];
            std::snprintf(figure, sizeof figure, "=%.3f", histogram.percentile(percent));
            text += (text.empty() ? "p" : ",p") + percentName(percent) + figure;
        }
        lines.field("latency_percentiles_usec_" + context.commands.at(i).fullName, BytesView(text));
    }
}

void clusterSection(InfoLines& lines, const CommandContext&, const ServerFacts&)
{
    lines.heading("Cluster");
    lines.field("cluster_enabled", 0);
}

// The mean of the times that the first keys with an expiry, in the order of their places, have left; Redis's is a
// running mean over such samples.
std::int64_t meanTtl(const Database& keys, UnixMs now)
{
    constexpr std::size_t kSampled = 32;
    std::int64_t sum = 0;
    std::int64_t seen = 0;
    if (keys.volatileSize() != 0)
        keys.scanVolatile(0, kSampled, [&](const Entry& entry) {
            if (!entry.expiry() || *entry.expiry() < now)
                return;
            sum += entry.expiry()->value - now.value;
            ++seen;
        });
    return seen == 0 ? 0 : sum / seen;
}

void keyspaceSection(InfoLines& lines, const CommandContext& context, const ServerFacts&)
{
    lines.heading("Keyspace");
    for (std::size_t i = 0; i < context.data.databaseCount(); ++i) {
        const Database& keys = context.data.database(i);
        if (keys.size() == 0)
            continue;
        lines.field("db" + std::to_string(i),
            BytesView("keys=" + std::to_string(keys.size()) + ",expires=" + std::to_string(keys.volatileSize())
                + ",avg_ttl=" + std::to_string(meanTtl(keys, context.now))));
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
    {"latencystats", false, latencystatsSection},
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
