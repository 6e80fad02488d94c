// Integers of any width inside of a string.

#include "engine/command/bit_arguments.h"
#include "engine/command/families.h"

#include <algorithm>
#include <vector>

namespace engine {

namespace {

enum class FieldAction : std::uint8_t { Get, Set, Increment };

struct FieldOperation {
    FieldAction action = FieldAction::Get;
    BitInteger type;
    std::uint64_t offset = 0;
    std::int64_t operand = 0;
    Overflow overflow = Overflow::Wrap;

    std::uint64_t lastBit() const { return offset + type.bits - 1; }
};

Overflow nextOverflow(Call& call)
{
    if (call.nextIs("WRAP"))
        return Overflow::Wrap;
    if (call.nextIs("SAT"))
        return Overflow::Saturate;
    call.require(call.nextIs("FAIL"), errors::kBitfieldOverflow);
    return Overflow::Fail;
}

// A word and as many arguments as it needs; a word with too few is none.
bool nextAction(Call& call, BytesView word, std::size_t arguments)
{
    return call.remaining() > arguments && call.nextIs(word);
}

std::vector<FieldOperation> nextOperations(Call& call)
{
    std::vector<FieldOperation> operations;
    Overflow overflow = Overflow::Wrap;
    while (call.more() && !call.failed()) {
        FieldOperation operation;
        if (nextAction(call, "OVERFLOW", 1)) {
            overflow = nextOverflow(call);
            continue;
        }
        if (nextAction(call, "SET", 3))
            operation.action = FieldAction::Set;
        else if (nextAction(call, "INCRBY", 3))
            operation.action = FieldAction::Increment;
        else if (!nextAction(call, "GET", 2))
            call.fail(errors::kSyntax);
        operation.type = nextBitInteger(call);
        operation.offset = nextFieldOffset(call, operation.type);
        operation.overflow = overflow;
        if (operation.action != FieldAction::Get)
            operation.operand = call.nextInteger();
        operations.push_back(operation);
    }
    return operations;
}

// True when it counts as a change: in a string that was made or has grown every write does that did not fail.
bool write(Call& call, const BitTarget& target, const FieldOperation& operation)
{
    const std::int64_t old = readInteger(*target.bytes, operation.offset, operation.type);
    const bool increments = operation.action == FieldAction::Increment;
    const FittedInteger fitted = addFitting(
        increments ? old : operation.operand, increments ? operation.operand : 0, operation.type, operation.overflow);
    if (fitted.overflowed && operation.overflow == Overflow::Fail) {
        call.reply().null();
        return false;
    }
    writeInteger(*target.bytes, operation.offset, operation.type, fitted.value);
    call.reply().integer(increments ? fitted.value : old);
    return target.changed || fitted.value != old;
}

void writeFields(Call& call, BytesView key, const std::vector<FieldOperation>& operations)
{
    std::uint64_t last = 0;
    for (const FieldOperation& operation : operations) {
        if (operation.action != FieldAction::Get)
            last = std::max(last, operation.lastBit());
    }
    const BitTarget target = editBits(call, key, last);
    std::uint64_t changes = 0;
    for (const FieldOperation& operation : operations) {
        if (operation.action == FieldAction::Get)
            call.reply().integer(readInteger(*target.bytes, operation.offset, operation.type));
        else if (write(call, target, operation))
            ++changes;
    }
    if (changes != 0)
        call.changed(key, EventClass::String, "setbit", changes);
}

bool onlyReads(const FieldOperation& operation)
{
    return operation.action == FieldAction::Get;
}

void runBitfield(Call& call, bool mayWrite)
{
    const auto key = call.nextKey();
    const auto operations = nextOperations(call);
    const bool reads = std::ranges::all_of(operations, onlyReads);
    if (!call.failed())
        call.require(reads || mayWrite, errors::kBitfieldRo);
    const auto text = call.findString(key);
    if (call.failed())
        return;
    call.reply().array(operations.size());
    if (!reads)
        return writeFields(call, key, operations);
    for (const FieldOperation& operation : operations)
        call.reply().integer(readInteger(text ? text->view() : BytesView(), operation.offset, operation.type));
}

void bitfield(Call& call)
{
    runBitfield(call, true);
}

void bitfieldRo(Call& call)
{
    runBitfield(call, false);
}

std::uint16_t useByBitfield(Argv argv)
{
    // GET and its two arguments, over and over, only read.
    for (std::size_t i = 2; i < argv.size(); i += 3) {
        if (!equalsIgnoringCase(argv[i], "GET") || i + 2 >= argv.size())
            return KeySpec::RW | KeySpec::Access | KeySpec::Update;
    }
    return KeySpec::RO | KeySpec::Access;
}

constexpr CommandSpec kRows[] = {
    {.name = "bitfield",
        .syntax = "key:key [GET (encoding:string offset:integer):encoding_offset"
                  "|([OVERFLOW (WRAP|SAT|FAIL):wrap_sat_fail]"
                  " (SET (encoding:string offset:integer value:integer):encoding_offset_value"
                  "|INCRBY (encoding:string offset:integer increment:integer):encoding_offset_increment)"
                  ":write_operation):write]:operation...",
        .arity = -2,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::Bitmap,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Update | KeySpec::VariableFlags),
        .group = Group::Bitmap,
        .since = "3.2.0",
        .complexity = "O(1) for each operation",
        .summary = "Reads, sets and increments integers of any width inside of a text.",
        .variableUse = useByBitfield,
        .run = bitfield},
    {.name = "bitfield_ro",
        .syntax = "key:key [GET (encoding:string offset:integer):encoding_offset]...",
        .arity = -2,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Bitmap,
        .keys = KeySpec::one(1),
        .group = Group::Bitmap,
        .since = "6.0.0",
        .complexity = "O(1) for each operation",
        .summary = "Reads integers of any width inside of a text.",
        .run = bitfieldRo},
};

} // namespace

std::span<const CommandSpec> bitfieldCommands()
{
    return kRows;
}

} // namespace engine
