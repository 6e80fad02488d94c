// LATENCY: events that took longer than latency-monitor-threshold, and how long each command's runs took.

#include "engine/command/call.h"
#include "engine/command/command_table.h"
#include "engine/command/families.h"
#include "engine/command/help_reply.h"
#include "engine/command/server_view.h"

#include <algorithm>
#include <cstdio>

namespace engine {

namespace {

void latest(Call& call)
{
    const auto& events = call.context().server.latency().events();
    call.reply().array(events.size());
    for (const auto& [name, event] : events) {
        call.reply().array(4);
        call.reply().bulk(name);
        call.reply().integer(event.samples.back().second);
        call.reply().integer(event.samples.back().millis);
        call.reply().integer(event.worst);
    }
}

void history(Call& call)
{
    const auto& events = call.context().server.latency().events();
    const auto found = events.find(call.nextBytes());
    call.reply().array(found == events.end() ? 0 : found->second.samples.size());
    if (found == events.end())
        return;
    for (const LatencySample& sample : found->second.samples) {
        call.reply().array(2);
        call.reply().integer(sample.second);
        call.reply().integer(sample.millis);
    }
}

void reset(Call& call)
{
    LatencyMonitor& monitor = call.context().server.latency();
    std::int64_t forgotten = 0;
    if (!call.more()) {
        while (!monitor.events().empty())
            forgotten += monitor.forget(Bytes(monitor.events().begin()->first)) ? 1 : 0;
    }
    while (call.more())
        forgotten += monitor.forget(call.nextBytes()) ? 1 : 0;
    call.reply().integer(forgotten);
}

Bytes ageText(std::int64_t seconds)
{
    if (seconds < 60)
        return std::to_string(seconds) + "s";
    if (seconds < 3600)
        return std::to_string(seconds / 60) + "m";
    if (seconds < 24 * 3600)
        return std::to_string(seconds / 3600) + "h";
    return std::to_string(seconds / (24 * 3600)) + "d";
}

// Columns of four rows, three steps each ('_', 'o', '#'), and how long ago each was, downwards.
Bytes sparkline(const LatencyEvent& event, std::int64_t nowSecond)
{
    constexpr int kHeight = 4;
    constexpr std::size_t kWidth = 80;
    constexpr char kSteps[] = "_o#";
    const auto& samples = event.samples;
    std::int64_t low = samples.front().millis;
    std::int64_t high = low;
    std::vector<Bytes> ages;
    std::size_t tallest = 0;
    for (const LatencySample& sample : samples) {
        low = std::min(low, sample.millis);
        high = std::max(high, sample.millis);
        tallest = std::max(tallest, ages.emplace_back(ageText(nowSecond - sample.second)).size());
    }
    const double span = high == low ? 1 : static_cast<double>(high - low);
    Bytes text;
    for (std::size_t from = 0; from < samples.size(); from += kWidth) {
        const std::size_t behind = std::min(samples.size(), from + kWidth);
        for (int row = 0; row < kHeight; ++row) {
            for (std::size_t i = from; i < behind; ++i) {
                const double share = static_cast<double>(samples[i].millis - low) / span;
                const int step = static_cast<int>(share * (kHeight * 3 - 1)) - (kHeight - 1 - row) * 3;
                text += step < 0 || step > 2 ? (step > 2 ? '|' : ' ') : kSteps[step];
            }
            text += '\n';
        }
        text += '\n';
        for (std::size_t row = 0; row < tallest; ++row) {
            for (std::size_t i = from; i < behind; ++i)
                text += row < ages[i].size() ? ages[i][row] : ' ';
            text += '\n';
        }
        text += '\n';
    }
    char heading[160];
    std::snprintf(heading, sizeof heading, " - high %lld ms, low %lld ms (all time high %lld ms)\n",
        static_cast<long long>(high), static_cast<long long>(low), static_cast<long long>(event.worst));
    return heading + Bytes(kWidth, '-') + "\n" + text;
}

void graph(Call& call)
{
    const auto& events = call.context().server.latency().events();
    const BytesView name = call.nextBytes();
    const auto found = events.find(name);
    if (found == events.end())
        return call.fail("ERR No samples available for event '" + Bytes(name) + "'");
    call.reply().verbatim("txt", found->first + sparkline(found->second, call.now().value / 1000));
}

// One event's line: how many spikes, how long on average, how far they lie from that, and how far apart.
Bytes eventReport(std::size_t number, const Bytes& name, const LatencyEvent& event, std::int64_t nowSecond)
{
    const auto count = static_cast<std::int64_t>(event.samples.size());
    std::int64_t sum = 0;
    for (const LatencySample& sample : event.samples)
        sum += sample.millis;
    const std::int64_t average = sum / count;
    std::int64_t deviation = 0;
    for (const LatencySample& sample : event.samples)
        deviation += std::abs(average - sample.millis);
    const double period = static_cast<double>(std::max<std::int64_t>(nowSecond - event.samples.front().second, 1))
        / static_cast<double>(count);
    char text[256];
    std::snprintf(text, sizeof text,
        "%zu. %s: %lld latency spikes (average %lldms, mean deviation %lldms, period %.2f sec). Worst all time event "
        "%lldms.\n",
        number, name.c_str(), static_cast<long long>(count), static_cast<long long>(average),
        static_cast<long long>(deviation / count), period, static_cast<long long>(event.worst));
    return text;
}

void doctor(Call& call)
{
    const LatencyMonitor& monitor = call.context().server.latency();
    if (monitor.events().empty() && !monitor.enabled())
        return call.reply().verbatim("txt",
            "I'm sorry, Dave, I can't do that. Latency monitoring is disabled in this Redis instance. You may use "
            "\"CONFIG SET latency-monitor-threshold <milliseconds>.\" in order to enable it. If we weren't in a deep "
            "space mission I'd suggest to take a look at https://redis.io/topics/latency-monitor.\n");
    if (monitor.events().empty())
        return call.reply().verbatim("txt",
            "Dave, no latency spike was observed during the lifetime of this Redis instance, not in the slightest bit. "
            "I honestly think you ought to sit down calmly, take a stress pill, and think things over.\n");
    Bytes text = "Dave, I have observed latency spikes in this Redis instance. You don't mind talking about it, do you "
                 "Dave?\n\n";
    std::size_t number = 0;
    for (const auto& [name, event] : monitor.events())
        text += eventReport(++number, name, event, call.now().value / 1000);
    text += "\nI have a few advices for you:\n\n"
            "- Check your Slow Log to understand what are the commands you are running which are too slow to execute. "
            "Please check https://redis.io/commands/slowlog for more information.\n"
            "- Deleting, expiring or evicting (because of maxmemory policy) large objects is a blocking operation. If "
            "you have very large objects that are often deleted, expired, or evicted, try to fragment those objects "
            "into multiple smaller objects.\n";
    call.reply().verbatim("txt", text);
}

void writeHistogram(ReplySink& reply, const Command& command, const LatencyHistogram& histogram)
{
    reply.bulk(command.fullName);
    reply.map(2);
    reply.bulk("calls");
    reply.integer(static_cast<std::int64_t>(histogram.count()));
    reply.bulk("histogram_usec");
    const auto steps = histogram.steps();
    reply.map(steps.size());
    for (const auto& [micros, count] : steps) {
        reply.integer(micros);
        reply.integer(static_cast<std::int64_t>(count));
    }
}

// Of the commands named, of all without a name; a container stands for its subcommands. Those never run are left out.
void histogram(Call& call)
{
    const CommandTable& table = call.context().commands;
    std::vector<const Command*> asked;
    const auto ask = [&](const Command& command) {
        if (call.context().server.commandStats().latencies(command.index).count() != 0)
            asked.push_back(&command);
    };
    if (!call.more()) {
        for (std::size_t i = 0; i < table.indexCount(); ++i)
            ask(table.at(i));
    }
    while (call.more()) {
        const Command* command = table.findFullName(call.nextBytes());
        if (!command)
            continue;
        ask(*command);
        std::ranges::for_each(command->subcommands, ask);
    }
    call.reply().map(asked.size());
    for (const Command* command : asked)
        writeHistogram(call.reply(), *command, call.context().server.commandStats().latencies(command->index));
}

void help(Call& call)
{
    replyHelp(call, "LATENCY",
        {"DOCTOR", "    Describes the spikes that were seen.", "GRAPH <event>", "    Draws an event's spikes.",
            "HISTORY <event>", "    Lists an event's spikes.", "LATEST", "    Lists the last spike of each event.",
            "RESET [<event> ...]", "    Forgets the spikes of these events, of all without one.",
            "HISTOGRAM [COMMAND ...]", "    Tells how long the runs of commands took."});
}

constexpr Flag kAdmin = Flag::Admin | Flag::NoScript | Flag::Loading | Flag::Stale;
constexpr BytesView kEachNode = "nondeterministic_output request_policy:all_nodes response_policy:special";

constexpr CommandSpec row(BytesView name, BytesView syntax, int arity, BytesView since, BytesView summary, Handler run,
    BytesView tips = kEachNode)
{
    return {.name = name,
        .syntax = syntax,
        .arity = arity,
        .flags = kAdmin,
        .group = Group::Server,
        .since = since,
        .complexity = "O(n) in the lines of the answer",
        .summary = summary,
        .tips = tips,
        .run = run};
}

constexpr CommandSpec kLatencyRows[] = {
    row("doctor", "", 2, "2.8.13", "Describes the spikes that were seen.", doctor),
    row("graph", "event:string", 3, "2.8.13", "Draws an event's spikes.", graph),
    {.name = "help",
        .arity = 2,
        .flags = Flag::Loading | Flag::Stale,
        .group = Group::Server,
        .since = "2.8.13",
        .complexity = "O(1)",
        .summary = "Lists the subcommands.",
        .run = help},
    row("histogram", "[command:string...]", -2, "7.0.0", "Tells how long the runs of commands took.", histogram),
    row("history", "event:string", 3, "2.8.13", "Lists an event's spikes.", history),
    row("latest", "", 2, "2.8.13", "Lists the last spike of each event.", latest),
    row("reset", "[event:string...]", -2, "2.8.13", "Forgets spikes.", reset,
        "request_policy:all_nodes response_policy:all_succeeded"),
};

constexpr CommandSpec kRows[] = {
    {.name = "latency",
        .arity = -2,
        .group = Group::Server,
        .since = "2.8.13",
        .complexity = "That of the subcommand",
        .summary = "What took too long, and how long things take.",
        .subcommands = kLatencyRows},
};

} // namespace

std::span<const CommandSpec> latencyCommands()
{
    return kRows;
}

} // namespace engine
