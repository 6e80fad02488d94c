// COMMAND: the table, told to clients.

#include "engine/command/command_facts.h"
#include "engine/command/command_keys.h"
#include "engine/command/command_syntax.h"
#include "engine/command/families.h"
#include "engine/command/help_reply.h"

#include "engine/base/check.h"
#include "engine/base/glob.h"

#include <algorithm>

namespace engine {

namespace {

void replyStatusSet(ReplySink& reply, const std::vector<BytesView>& names)
{
    reply.set(names.size());
    for (const BytesView name : names)
        reply.status(name);
}

void replyBegin(ReplySink& reply, const KeySpec& keys)
{
    reply.map(2);
    reply.bulk("type");
    if (keys.isUnknown()) {
        reply.bulk("unknown");
        reply.bulk("spec");
        return reply.map(0);
    }
    reply.bulk(keys.keyword.empty() ? "index" : "keyword");
    reply.bulk("spec");
    if (keys.keyword.empty()) {
        reply.map(1);
        reply.bulk("index");
        return reply.integer(keys.begin);
    }
    reply.map(2);
    reply.bulk("keyword");
    reply.bulk(keys.keyword);
    reply.bulk("startfrom");
    reply.integer(keys.begin);
}

void replyFind(ReplySink& reply, const KeySpec& keys)
{
    reply.map(2);
    reply.bulk("type");
    if (keys.isUnknown()) {
        reply.bulk("unknown");
        reply.bulk("spec");
        return reply.map(0);
    }
    const bool counted = keys.countAt >= 0;
    reply.bulk(counted ? "keynum" : "range");
    reply.bulk("spec");
    reply.map(3);
    reply.bulk(counted ? "keynumidx" : "lastkey");
    reply.integer(counted ? keys.countAt : keys.last);
    reply.bulk(counted ? "firstkey" : "keystep");
    reply.integer(counted ? keys.firstKey : keys.step);
    reply.bulk(counted ? "keystep" : "limit");
    reply.integer(counted ? keys.step : keys.limit);
}

void replyKeySpecs(ReplySink& reply, const CommandSpec& spec)
{
    const auto specs = spec.keys.view();
    reply.set(specs.size());
    for (const KeySpec& keys : specs) {
        reply.map(3);
        reply.bulk("flags");
        replyStatusSet(reply, keyUseNames(keys.use));
        reply.bulk("begin_search");
        replyBegin(reply, keys);
        reply.bulk("find_keys");
        replyFind(reply, keys);
    }
}

void replyInfo(ReplySink& reply, const Command& command)
{
    const CommandSpec& spec = *command.spec;
    const KeyRange range = keyRange(spec);
    reply.array(10);
    reply.bulk(command.fullName);
    reply.integer(spec.arity);
    replyStatusSet(reply, flagNames(command));
    reply.integer(range.first);
    reply.integer(range.last);
    reply.integer(range.step);
    replyStatusSet(reply, aclCategories(command));
    const auto tips = splitWords(spec.tips);
    reply.set(tips.size());
    for (const BytesView tip : tips)
        reply.bulk(tip);
    replyKeySpecs(reply, spec);
    reply.set(command.subcommands.size());
    for (const Command& subcommand : command.subcommands)
        replyInfo(reply, subcommand);
}

void replyArguments(ReplySink& reply, const std::vector<SyntaxArgument>& arguments)
{
    reply.array(arguments.size());
    for (const SyntaxArgument& argument : arguments) {
        const bool flags = argument.optional || argument.multiple || argument.multipleToken;
        const bool inner = argument.type == ArgumentType::OneOf || argument.type == ArgumentType::Block;
        reply.map(2 + (argument.keySpec >= 0 ? 1U : 0U) + (argument.token.empty() ? 0U : 1U) + (flags ? 1U : 0U)
            + (inner ? 1U : 0U));
        reply.bulk("name");
        reply.bulk(argument.name);
        reply.bulk("type");
        reply.bulk(argumentTypeName(argument.type));
        if (argument.keySpec >= 0) {
            reply.bulk("key_spec_index");
            reply.integer(argument.keySpec);
        }
        if (!argument.token.empty()) {
            reply.bulk("token");
            reply.bulk(argument.token);
        }
        if (flags) {
            std::vector<BytesView> names;
            if (argument.optional)
                names.push_back("optional");
            if (argument.multiple)
                names.push_back("multiple");
            if (argument.multipleToken)
                names.push_back("multiple_token");
            reply.bulk("flags");
            replyStatusSet(reply, names);
        }
        if (inner) {
            reply.bulk("arguments");
            replyArguments(reply, argument.arguments);
        }
    }
}

void replyDocs(ReplySink& reply, const Command& command)
{
    const CommandSpec& spec = *command.spec;
    const auto arguments = parseCommandSyntax(spec);
    CHECK(arguments.ok());
    reply.bulk(command.fullName);
    reply.map(4 + (arguments->empty() ? 0U : 1U) + (command.isContainer() ? 1U : 0U));
    reply.bulk("summary");
    reply.bulk(spec.summary);
    reply.bulk("since");
    reply.bulk(spec.since);
    reply.bulk("group");
    reply.bulk(groupName(spec.group));
    reply.bulk("complexity");
    reply.bulk(spec.complexity);
    if (!arguments->empty()) {
        reply.bulk("arguments");
        replyArguments(reply, *arguments);
    }
    if (command.isContainer()) {
        reply.bulk("subcommands");
        reply.map(command.subcommands.size());
        for (const Command& subcommand : command.subcommands)
            replyDocs(reply, subcommand);
    }
}

// The commands named by the remaining words, null for unknown ones; all commands when there are none.
std::vector<const Command*> namedCommands(Call& call)
{
    std::vector<const Command*> commands;
    const CommandTable& table = call.context().commands;
    if (!call.more()) {
        for (const Command& command : table.commands())
            commands.push_back(&command);
    }
    while (call.more())
        commands.push_back(table.findFullName(call.nextBytes()));
    return commands;
}

void commandInfo(Call& call)
{
    const auto commands = namedCommands(call);
    call.reply().array(commands.size());
    for (const Command* command : commands) {
        if (command)
            replyInfo(call.reply(), *command);
        else
            call.reply().nullArray();
    }
}

void command(Call& call)
{
    commandInfo(call);
}

void commandDocs(Call& call)
{
    auto commands = namedCommands(call);
    std::erase(commands, nullptr);
    call.reply().map(commands.size());
    for (const Command* known : commands)
        replyDocs(call.reply(), *known);
}

void commandCount(Call& call)
{
    call.reply().integer(static_cast<std::int64_t>(call.context().commands.commands().size()));
}

struct ListFilter {
    enum class By { Nothing, Module, Category, Pattern };
    By by = By::Nothing;
    BytesView word;
};

bool passes(const ListFilter& filter, const Command& candidate)
{
    switch (filter.by) {
    case ListFilter::By::Nothing:
        return true;
    case ListFilter::By::Module:
        return false; // no command comes from a module
    case ListFilter::By::Category:
        return std::ranges::any_of(aclCategories(candidate),
            [&](BytesView category) { return equalsIgnoringCase(category.substr(1), filter.word); });
    case ListFilter::By::Pattern:
        return globMatches(filter.word, candidate.fullName, Case::Ignored);
    }
    return false;
}

void commandList(Call& call)
{
    ListFilter filter;
    if (call.more()) {
        using By = ListFilter::By;
        const bool complete = call.remaining() == 3 && call.nextIs("filterby");
        if (complete)
            filter.by = call.nextIs("module") ? By::Module
                : call.nextIs("aclcat")       ? By::Category
                : call.nextIs("pattern")      ? By::Pattern
                                              : By::Nothing;
        if (filter.by == By::Nothing)
            return call.fail(errors::kSyntax);
        filter.word = call.nextBytes();
    }
    const CommandTable& table = call.context().commands;
    call.reply().beginArray();
    for (std::size_t i = 0; i < table.indexCount(); ++i) {
        if (passes(filter, table.at(i)))
            call.reply().bulk(table.at(i).fullName);
    }
    call.reply().end();
}

// The command that GETKEYS is asked about, its words and its keys; fails the call when they do not fit.
std::vector<KeyPlace> askedKeys(Call& call, Argv& words)
{
    words = call.rest();
    const Command* asked = call.context().commands.resolve(words);
    const auto count = static_cast<int>(words.size());
    if (!asked) {
        call.fail("ERR Invalid command specified");
        return {};
    }
    const CommandSpec& spec = *asked->spec;
    const auto isKey = [](const KeySpec& keys) { return (keys.use & KeySpec::NotKey) == 0; };
    call.require(std::ranges::any_of(spec.keys.view(), isKey), "ERR The command has no key arguments");
    call.require(spec.arity >= 0 ? count == spec.arity : count >= -spec.arity,
        "ERR Invalid number of arguments specified for command");
    if (call.failed())
        return {};
    const auto places = keyPlaces(spec, words);
    call.require((places && !places->empty()) || has(spec.flags, Flag::NoMandatoryKeys),
        "ERR Invalid arguments specified for command");
    return places.value_or(std::vector<KeyPlace>());
}

void commandGetkeys(Call& call)
{
    Argv words;
    const auto places = askedKeys(call, words);
    if (call.failed())
        return;
    call.reply().array(places.size());
    for (const KeyPlace& place : places)
        call.reply().bulk(words[place.index]);
}

void commandGetkeysandflags(Call& call)
{
    Argv words;
    const auto places = askedKeys(call, words);
    if (call.failed())
        return;
    call.reply().array(places.size());
    for (const KeyPlace& place : places) {
        call.reply().array(2);
        call.reply().bulk(words[place.index]);
        replyStatusSet(call.reply(), keyUseNames(place.use));
    }
}

void commandHelp(Call& call)
{
    replyHelp(call, "COMMAND",
        {"(no subcommand)", "    Describes every command.", "COUNT", "    Counts the commands.",
            "DOCS [<command-name> ...]", "    Shows what commands do and take.", "GETKEYS <full-command>",
            "    Shows the keys among a command's words.", "GETKEYSANDFLAGS <full-command>",
            "    The same, with what is done to each.", "INFO [<command-name> ...]", "    Describes these commands.",
            "LIST [FILTERBY (MODULE <module>|ACLCAT <category>|PATTERN <pattern>)]", "    Lists names of commands."});
}

constexpr Flag kFlags = Flag::Loading | Flag::Stale;
constexpr BytesView kAnyOrder = "nondeterministic_output_order";

constexpr CommandSpec kSubcommands[] = {
    {.name = "count",
        .arity = 2,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Server,
        .since = "2.8.13",
        .complexity = "O(1)",
        .summary = "Counts the commands.",
        .run = commandCount},
    {.name = "docs",
        .syntax = "[command-name:string...]",
        .arity = -2,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Server,
        .since = "7.0.0",
        .complexity = "O(n) in the commands",
        .summary = "Shows what commands do and which arguments they take.",
        .tips = kAnyOrder,
        .run = commandDocs},
    {.name = "getkeys",
        .arity = -4,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Server,
        .since = "2.8.13",
        .complexity = "O(n) in the words",
        .summary = "Shows the keys among a command's words.",
        .run = commandGetkeys},
    {.name = "getkeysandflags",
        .arity = -4,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Server,
        .since = "7.0.0",
        .complexity = "O(n) in the words",
        .summary = "Shows the keys among a command's words and what it does to each.",
        .run = commandGetkeysandflags},
    {.name = "help",
        .arity = 2,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Server,
        .since = "5.0.0",
        .complexity = "O(1)",
        .summary = "Lists the subcommands.",
        .run = commandHelp},
    {.name = "info",
        .syntax = "[command-name:string...]",
        .arity = -2,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Server,
        .since = "2.8.13",
        .complexity = "O(n) in the commands",
        .summary = "Describes commands: arity, flags, keys, categories.",
        .tips = kAnyOrder,
        .run = commandInfo},
    {.name = "list",
        .syntax = "[FILTERBY (MODULE module-name:string|ACLCAT category:string|PATTERN pattern:pattern):filterby]",
        .arity = -2,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Server,
        .since = "7.0.0",
        .complexity = "O(n) in the commands",
        .summary = "Lists names of commands.",
        .tips = kAnyOrder,
        .run = commandList},
};

constexpr CommandSpec kRows[] = {
    {.name = "command",
        .arity = -1,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Server,
        .since = "2.8.13",
        .complexity = "O(n) in the commands",
        .summary = "Describes every command.",
        .tips = kAnyOrder,
        .run = command,
        .subcommands = kSubcommands},
};

} // namespace

std::span<const CommandSpec> commandCommands()
{
    return kRows;
}

} // namespace engine
