// Texts stored and read whole: GET, SET and their kin.

#include "engine/command/arguments.h"
#include "engine/command/call.h"
#include "engine/command/expiry_argument.h"
#include "engine/command/families.h"

#include <vector>

#include <algorithm>

namespace engine {

namespace {

void replyText(Call& call, const std::optional<StringText>& text)
{
    if (text)
        call.reply().bulk(text->view());
    else
        call.reply().null();
}

void store(Call& call, BytesView key, BytesView value, Expiry expiry = Expiry::Drop)
{
    call.setString(key, value, expiry);
    call.changed(key, EventClass::String, "set");
}

void storeUntil(Call& call, BytesView key, BytesView value, UnixMs moment)
{
    store(call, key, value);
    call.setExpiry(key, moment);
    call.notify(EventClass::Generic, "expire", key);
    call.propagateAs({"SET", key, value, "PXAT", IntegerText(moment.value).view()});
}

void get(Call& call)
{
    const auto text = call.findString(call.nextKey());
    if (call.failed())
        return;
    replyText(call, text);
}

void mget(Call& call)
{
    const Argv keys = call.rest();
    call.reply().array(keys.size());
    for (const BytesView key : keys) {
        const Entry* entry = call.find(key);
        if (entry && entry->type() == ValueType::String)
            call.reply().bulk(entry->string().view());
        else
            call.reply().null();
    }
}

void getset(Call& call)
{
    const auto key = call.nextKey();
    const auto value = call.nextBytes();
    const auto old = call.findString(key);
    if (call.failed())
        return;
    replyText(call, old);
    store(call, key, value);
    call.propagateAs({"SET", key, value});
}

void getdel(Call& call)
{
    const auto key = call.nextKey();
    const auto text = call.findString(key);
    if (call.failed())
        return;
    replyText(call, text);
    if (!text)
        return;
    call.erase(key);
    call.changed(key, EventClass::Generic, "del");
    call.propagateAs({"DEL", key});
}

// The word and its effect: a new expiry, one that has passed already, or none any more.
void getexChange(Call& call, BytesView key, const ExpiryOption& option, UnixMs moment)
{
    using Kind = ExpiryOption::Kind;
    const bool absolute = option.kind == Kind::ExAt || option.kind == Kind::PxAt;
    if (absolute && moment <= readClock(call)) {
        call.erase(key);
        call.changed(key, EventClass::Generic, "del");
        call.propagateAs({"DEL", key});
    } else if (option.givesTime()) {
        call.setExpiry(key, moment);
        call.changed(key, EventClass::Generic, "expire");
        call.propagateAs({"PEXPIREAT", key, IntegerText(moment.value).view()});
    } else if (option.kind == Kind::Persist && call.findUntouched(key)->expiry()) {
        call.setExpiry(key, std::nullopt);
        call.changed(key, EventClass::Generic, "persist");
        call.propagateAs({"PERSIST", key});
    }
}

void getex(Call& call)
{
    const auto key = call.nextKey();
    ExpiryOption option;
    while (call.more() && !call.failed()) {
        if (!takeExpiryTime(call, option) && !takeExpiryWord(call, "persist", ExpiryOption::Kind::Persist, option))
            call.fail(errors::kSyntax);
    }
    const auto text = call.findString(key);
    if (call.failed())
        return;
    if (!text)
        return call.reply().null();
    const UnixMs moment = option.givesTime() ? positiveExpiryMoment(call, option.amount, option.form()) : UnixMs{};
    if (call.failed())
        return;
    call.reply().bulk(text->view());
    getexChange(call, key, option, moment);
}

struct SetOptions {
    bool ifMissing = false;
    bool ifPresent = false;
    bool giveOld = false;
    ExpiryOption expiry;
};

SetOptions nextSetOptions(Call& call)
{
    SetOptions options;
    while (call.more() && !call.failed()) {
        if (!options.ifPresent && call.nextIs("nx"))
            options.ifMissing = true;
        else if (!options.ifMissing && call.nextIs("xx"))
            options.ifPresent = true;
        else if (call.nextIs("get"))
            options.giveOld = true;
        else if (!takeExpiryTime(call, options.expiry)
            && !takeExpiryWord(call, "keepttl", ExpiryOption::Kind::Keep, options.expiry))
            call.fail(errors::kSyntax);
    }
    return options;
}

// GET is a question of this client's; whoever repeats the write has no use for it.
void propagateWithoutGet(Call& call)
{
    if (!call.isHeard())
        return;
    std::vector<BytesView> words(call.argv().begin(), call.argv().end());
    std::erase_if(
        words, [&](const BytesView& word) { return &word - words.data() >= 3 && equalsIgnoringCase(word, "get"); });
    call.propagateAs(words);
}

// True when a value may be stored as SET's conditions go. The reply of one that may not is written.
bool setApplies(Call& call, BytesView key, const SetOptions& options)
{
    if (!options.ifMissing && !options.ifPresent)
        return true;
    const bool present = call.find(key) != nullptr;
    if (present == options.ifPresent)
        return true;
    if (!options.giveOld)
        call.reply().null();
    return false;
}

void set(Call& call)
{
    const auto key = call.nextKey();
    const auto value = call.nextBytes();
    const SetOptions options = nextSetOptions(call);
    const bool timed = options.expiry.givesTime();
    const UnixMs moment =
        timed && !call.failed() ? positiveExpiryMoment(call, options.expiry.amount, options.expiry.form()) : UnixMs{};
    if (options.giveOld) {
        const auto old = call.findString(key);
        if (call.failed())
            return;
        replyText(call, old);
    }
    if (call.failed() || !setApplies(call, key, options))
        return;

    if (timed) {
        storeUntil(call, key, value, moment);
    } else {
        store(call, key, value, options.expiry.kind == ExpiryOption::Kind::Keep ? Expiry::Keep : Expiry::Drop);
        if (options.giveOld)
            propagateWithoutGet(call);
    }
    if (!options.giveOld)
        call.reply().ok();
}

void setWithExpiry(Call& call, TimeUnit unit)
{
    const auto key = call.nextKey();
    const auto amount = call.nextBytes();
    const auto value = call.nextBytes();
    const UnixMs moment = positiveExpiryMoment(call, amount, {unit, TimeBase::FromNow});
    if (call.failed())
        return;
    storeUntil(call, key, value, moment);
    call.reply().ok();
}

void setex(Call& call)
{
    setWithExpiry(call, TimeUnit::Seconds);
}

void psetex(Call& call)
{
    setWithExpiry(call, TimeUnit::Milliseconds);
}

void setnx(Call& call)
{
    const auto key = call.nextKey();
    const auto value = call.nextBytes();
    const bool present = call.find(key) != nullptr;
    if (!present)
        store(call, key, value);
    call.reply().integer(present ? 0 : 1);
}

void storePairs(Call& call, Argv pairs)
{
    for (std::size_t i = 0; i < pairs.size(); i += 2)
        store(call, pairs[i], pairs[i + 1]);
}

void mset(Call& call)
{
    const Argv pairs = call.rest();
    if (pairs.size() % 2 != 0)
        return failArity(call);
    storePairs(call, pairs);
    call.reply().ok();
}

void msetnx(Call& call)
{
    const Argv pairs = call.rest();
    if (pairs.size() % 2 != 0)
        return failArity(call);
    for (std::size_t i = 0; i < pairs.size(); i += 2) {
        if (call.find(pairs[i]))
            return call.reply().integer(0);
    }
    storePairs(call, pairs);
    call.reply().integer(1);
}

std::uint16_t useBySet(Argv argv)
{
    const bool gets =
        std::ranges::any_of(argv.subspan(3), [](BytesView word) { return equalsIgnoringCase(word, "GET"); });
    return gets ? KeySpec::RW | KeySpec::Access | KeySpec::Update : KeySpec::OW | KeySpec::Update;
}

constexpr CommandSpec kRows[] = {
    {.name = "get",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::String,
        .keys = KeySpec::one(1),
        .group = Group::String,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Gives the text of a key.",
        .run = get},
    {.name = "getdel",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::String,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
        .group = Group::String,
        .since = "6.2.0",
        .complexity = "O(1)",
        .summary = "Gives the text of a key and removes the key.",
        .run = getdel},
    {.name = "getex",
        .syntax = "key:key [EX seconds:integer|PX milliseconds:integer|EXAT"
                  " unix-time-seconds:unix-time|PXAT"
                  " unix-time-milliseconds:unix-time|PERSIST]:expiration",
        .arity = -2,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::String,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Update),
        .group = Group::String,
        .since = "6.2.0",
        .complexity = "O(1)",
        .summary = "Gives the text of a key and sets or lifts its expiry.",
        .run = getex},
    {.name = "getset",
        .syntax = "key:key value:string",
        .arity = 3,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::String,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Update),
        .group = Group::String,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Stores a text and gives the one that was there before.",
        .run = getset},
    {.name = "mget",
        .syntax = "key:key...",
        .arity = -2,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::String,
        .keys = KeySpec::range(1, -1),
        .group = Group::String,
        .since = "1.0.0",
        .complexity = "O(N) in the number of keys",
        .summary = "Gives the texts of several keys at once.",
        .tips = "request_policy:multi_shard",
        .run = mget},
    {.name = "mset",
        .syntax = "(key:key value:string):key_value...",
        .arity = -3,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::String,
        .keys = KeySpec::range(1, -1, 2, KeySpec::OW | KeySpec::Update),
        .group = Group::String,
        .since = "1.0.1",
        .complexity = "O(N) in the number of keys",
        .summary = "Stores several texts at once.",
        .tips = "request_policy:multi_shard response_policy:all_succeeded",
        .run = mset},
    {.name = "msetnx",
        .syntax = "(key:key value:string):key_value...",
        .arity = -3,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::String,
        .keys = KeySpec::range(1, -1, 2, KeySpec::OW | KeySpec::Insert),
        .group = Group::String,
        .since = "1.0.1",
        .complexity = "O(N) in the number of keys",
        .summary = "Stores several texts at once, or none when one of the keys is there.",
        .tips = "request_policy:multi_shard response_policy:agg_min",
        .run = msetnx},
    {.name = "psetex",
        .syntax = "key:key milliseconds:integer value:string",
        .arity = 4,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::String,
        .keys = KeySpec::one(1, KeySpec::OW | KeySpec::Update),
        .group = Group::String,
        .since = "2.6.0",
        .complexity = "O(1)",
        .summary = "Stores a text that expires after so many milliseconds.",
        .run = psetex},
    {.name = "set",
        .syntax = "key:key value:string [NX|XX]:condition [GET] [EX seconds:integer|PX"
                  " milliseconds:integer|EXAT unix-time-seconds:unix-time|PXAT"
                  " unix-time-milliseconds:unix-time|KEEPTTL]:expiration",
        .arity = -3,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::String,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Update | KeySpec::VariableFlags),
        .group = Group::String,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Stores a text, on conditions if wished, and with an expiry.",
        .variableUse = useBySet,
        .run = set},
    {.name = "setex",
        .syntax = "key:key seconds:integer value:string",
        .arity = 4,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::String,
        .keys = KeySpec::one(1, KeySpec::OW | KeySpec::Update),
        .group = Group::String,
        .since = "2.0.0",
        .complexity = "O(1)",
        .summary = "Stores a text that expires after so many seconds.",
        .run = setex},
    {.name = "setnx",
        .syntax = "key:key value:string",
        .arity = 3,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::String,
        .keys = KeySpec::one(1, KeySpec::OW | KeySpec::Insert),
        .group = Group::String,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Stores a text where no key of that name is there yet.",
        .run = setnx},
};

} // namespace

std::span<const CommandSpec> stringCommands()
{
    return kRows;
}

} // namespace engine
