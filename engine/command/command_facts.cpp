#include "engine/command/command_facts.h"

#include <algorithm>
#include <climits>
#include <iterator>

namespace engine {

namespace {

template <class Value>
struct Named {
    Value value;
    BytesView name;
};

constexpr Named<Flag> kFlags[] = {
    {Flag::Write, "write"},
    {Flag::ReadOnly, "readonly"},
    {Flag::DenyOom, "denyoom"},
    {Flag::Admin, "admin"},
    {Flag::PubSub, "pubsub"},
    {Flag::NoScript, "noscript"},
    {Flag::Blocking, "blocking"},
    {Flag::Loading, "loading"},
    {Flag::Stale, "stale"},
    {Flag::SkipMonitor, "skip_monitor"},
    {Flag::SkipSlowlog, "skip_slowlog"},
    {Flag::Asking, "asking"},
    {Flag::Fast, "fast"},
    {Flag::NoAuth, "no_auth"},
    {Flag::NoMandatoryKeys, "no_mandatory_keys"},
    {Flag::NoAsyncLoading, "no_async_loading"},
    {Flag::NoMulti, "no_multi"},
    {Flag::MovableKeys, "movablekeys"},
    {Flag::AllowBusy, "allow_busy"},
};

constexpr Named<Acl> kAcl[] = {
    {Acl::Keyspace, "@keyspace"},
    {Acl::Read, "@read"},
    {Acl::Write, "@write"},
    {Acl::Set, "@set"},
    {Acl::SortedSet, "@sortedset"},
    {Acl::List, "@list"},
    {Acl::Hash, "@hash"},
    {Acl::String, "@string"},
    {Acl::Bitmap, "@bitmap"},
    {Acl::HyperLogLog, "@hyperloglog"},
    {Acl::Geo, "@geo"},
    {Acl::Stream, "@stream"},
    {Acl::PubSub, "@pubsub"},
    {Acl::Admin, "@admin"},
    {Acl::None, "@fast"},
    {Acl::None, "@slow"},
    {Acl::Blocking, "@blocking"},
    {Acl::Dangerous, "@dangerous"},
    {Acl::Connection, "@connection"},
    {Acl::Transaction, "@transaction"},
    {Acl::Scripting, "@scripting"},
};

constexpr Named<std::uint16_t> kUses[] = {
    {KeySpec::RW, "RW"},
    {KeySpec::RO, "RO"},
    {KeySpec::OW, "OW"},
    {KeySpec::RM, "RM"},
    {KeySpec::Access, "access"},
    {KeySpec::Update, "update"},
    {KeySpec::Insert, "insert"},
    {KeySpec::Delete, "delete"},
    {KeySpec::NotKey, "not_key"},
    {KeySpec::Incomplete, "incomplete"},
    {KeySpec::VariableFlags, "variable_flags"},
};

constexpr bool holds(Acl set, Acl wanted)
{
    return (static_cast<std::uint32_t>(set) & static_cast<std::uint32_t>(wanted)) != 0;
}

bool isRange(const KeySpec& keys)
{
    return !keys.isUnknown() && keys.keyword.empty() && keys.countAt < 0;
}

// Keys that a range does not tell.
bool hasMovableKeys(const CommandSpec& spec)
{
    return has(spec.flags, Flag::MovableKeys)
        || std::ranges::any_of(spec.keys.view(), [](const KeySpec& keys) { return !isRange(keys); });
}

} // namespace

std::vector<BytesView> flagNames(const Command& command)
{
    const CommandSpec& spec = *command.spec;
    std::vector<BytesView> names;
    for (const auto& [flag, name] : kFlags) {
        if (flag == Flag::MovableKeys ? hasMovableKeys(spec) : has(spec.flags, flag))
            names.push_back(name);
    }
    return names;
}

std::uint32_t aclCategoryBits(const Command& command)
{
    const CommandSpec& spec = *command.spec;
    Acl acl = spec.acl;
    if (has(spec.flags, Flag::Write))
        acl = acl | Acl::Write;
    // Scripts that only read count as scripts.
    if (has(spec.flags, Flag::ReadOnly) && !holds(acl, Acl::Scripting))
        acl = acl | Acl::Read;
    if (has(spec.flags, Flag::Admin))
        acl = acl | Acl::Admin | Acl::Dangerous;
    if (has(spec.flags, Flag::PubSub))
        acl = acl | Acl::PubSub;
    if (has(spec.flags, Flag::Blocking))
        acl = acl | Acl::Blocking;
    const BytesView speed = has(spec.flags, Flag::Fast) ? "@fast" : "@slow";
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < std::size(kAcl); ++i) {
        if (kAcl[i].value == Acl::None ? kAcl[i].name == speed : holds(acl, kAcl[i].value))
            bits |= 1U << i;
    }
    return bits;
}

std::vector<BytesView> aclCategories(const Command& command)
{
    const std::uint32_t bits = aclCategoryBits(command);
    std::vector<BytesView> names;
    for (std::size_t i = 0; i < std::size(kAcl); ++i) {
        if ((bits >> i & 1) != 0)
            names.push_back(kAcl[i].name);
    }
    return names;
}

std::size_t aclCategoryCount()
{
    return std::size(kAcl);
}

BytesView aclCategoryName(std::size_t index)
{
    return kAcl[index].name.substr(1);
}

std::optional<std::size_t> findAclCategory(BytesView name)
{
    for (std::size_t i = 0; i < std::size(kAcl); ++i) {
        if (equalsIgnoringCase(name, aclCategoryName(i)))
            return i;
    }
    return std::nullopt;
}

std::vector<BytesView> keyUseNames(std::uint16_t use)
{
    std::vector<BytesView> names;
    for (const auto& [bit, name] : kUses) {
        if ((use & bit) != 0)
            names.push_back(name);
    }
    return names;
}

BytesView groupName(Group group)
{
    constexpr BytesView kNames[] = {"generic", "string", "list", "set", "sorted-set", "hash", "pubsub", "transactions",
        "connection", "server", "scripting", "hyperloglog", "cluster", "sentinel", "geo", "stream", "bitmap"};
    return kNames[static_cast<std::size_t>(group)];
}

std::vector<BytesView> splitWords(BytesView text)
{
    std::vector<BytesView> words;
    while (!text.empty()) {
        const std::size_t size = std::min(text.find(' '), text.size());
        if (size > 0)
            words.push_back(text.substr(0, size));
        text.remove_prefix(std::min(size + 1, text.size()));
    }
    return words;
}

KeyRange keyRange(const CommandSpec& spec)
{
    const auto specs = spec.keys.view();
    if (specs.size() == 1 && isRange(specs[0])) {
        const int last = specs[0].last >= 0 ? specs[0].begin + specs[0].last : specs[0].last;
        return {.first = specs[0].begin, .last = last, .step = specs[0].step};
    }
    // Neighbouring ranges make one, as long as nothing lies between them. A last key counted from the end is behind
    // every other.
    const auto behind = [](int a, int b) { return static_cast<unsigned>(a) > static_cast<unsigned>(b); };
    int first = INT_MAX;
    int last = 0;
    for (const KeySpec& keys : specs) {
        if (!isRange(keys))
            continue;
        if (keys.step != 1 || (last != 0 && last != keys.begin - 1))
            break;
        first = std::min(first, keys.begin);
        const int here = keys.last >= 0 ? keys.begin + keys.last : keys.last;
        last = behind(here, last) ? here : last;
    }
    if (first == INT_MAX)
        return {};
    return {.first = first, .last = last, .step = 1};
}

} // namespace engine
