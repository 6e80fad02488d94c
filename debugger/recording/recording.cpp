#include "debugger/recording/recording.h"

#include "debugger/recording/byte_coding.h"
#include "debugger/recording/recorded_data.h"
#include "engine/base/crc64.h"
#include "engine/script/lua_arena.h"

namespace debugger {

using engine::Error;
using engine::Reply;
using engine::Result;
using engine::ScriptInput;

namespace {

constexpr BytesView kMagic = "Ferrite recording\n";
constexpr std::uint64_t kFormat = 2;
constexpr std::size_t kChecksumBytes = 8;
constexpr int kDeepestReply = 64; // of a command

void writeCjson(ByteWriter& to, const engine::CjsonOptions& options)
{
    to.flag(options.encodeSparseConvert);
    to.integer(options.encodeSparseRatio);
    to.integer(options.encodeSparseSafe);
    to.integer(options.encodeMaxDepth);
    to.integer(options.decodeMaxDepth);
    to.integer(options.encodeNumberPrecision);
    to.integer(options.encodeInvalidNumbers);
    to.flag(options.decodeInvalidNumbers);
    to.flag(options.encodeKeepBuffer);
}

void readCjson(ByteReader& from, engine::CjsonOptions& options)
{
    options.encodeSparseConvert = from.flag();
    options.encodeSparseRatio = from.small();
    options.encodeSparseSafe = from.small();
    options.encodeMaxDepth = from.small();
    options.decodeMaxDepth = from.small();
    options.encodeNumberPrecision = from.small();
    options.encodeInvalidNumbers = from.small();
    options.decodeInvalidNumbers = from.flag();
    options.encodeKeepBuffer = from.flag();
}

void writeWords(ByteWriter& to, const std::vector<Bytes>& words)
{
    to.list(words, [&to](const Bytes& word) { to.text(word); });
}

std::vector<Bytes> readWords(ByteReader& from)
{
    std::vector<Bytes> words;
    from.list([&] { words.push_back(from.text()); });
    return words;
}

void writeInput(ByteWriter& to, const ScriptInput& input)
{
    to.integer(input.database);
    to.number(input.dataset.databaseCount());
    to.text(input.body);
    to.text(input.function);
    writeWords(to, input.keys);
    writeWords(to, input.argv);
    to.flag(input.readOnly);
    to.flag(input.protocol == engine::Protocol::Resp3);
    to.integer(input.now.value);
    to.fixed(input.rngSeed);
    to.fixed(input.prng.x);
    writeCjson(to, input.cjson);
    to.integer(input.limits.time.count());
    to.number(input.limits.memoryBytes);
    to.number(input.limits.datasetBytes);
}

void readInput(ByteReader& from, ScriptInput& input)
{
    constexpr std::uint64_t kMostDatabases = 1'000'000;
    input.database = from.small();
    const std::uint64_t databases = from.numberUpTo(kMostDatabases);
    if (databases == 0 || input.database < 0 || static_cast<std::uint64_t>(input.database) >= databases)
        return from.fail();
    input.dataset = engine::Keyspace(0, databases);
    input.body = from.text();
    input.function = from.text();
    input.keys = readWords(from);
    input.argv = readWords(from);
    input.readOnly = from.flag();
    input.protocol = from.flag() ? engine::Protocol::Resp3 : engine::Protocol::Resp2;
    input.now = engine::UnixMs{from.integer()};
    input.rngSeed = from.fixed();
    input.prng.x = from.fixed();
    readCjson(from, input.cjson);
    input.limits.time = std::chrono::milliseconds(from.integer());
    input.limits.memoryBytes = from.number();
    input.limits.datasetBytes = from.number();
}

void writeReply(ByteWriter& to, const Reply& reply) // NOLINT(misc-no-recursion)
{
    to.number(static_cast<std::uint64_t>(reply.kind));
    to.integer(reply.integer);
    if (reply.kind == engine::ReplyKind::Double)
        to.real(reply.number);
    to.text(reply.text);
    if (reply.kind == engine::ReplyKind::Verbatim)
        to.text(reply.format);
    to.list(reply.elements, [&to](const Reply& element) { writeReply(to, element); });
}

Reply readReply(ByteReader& from, int depth = 0) // NOLINT(misc-no-recursion)
{
    Reply reply;
    reply.kind =
        static_cast<engine::ReplyKind>(from.numberUpTo(static_cast<std::uint64_t>(engine::ReplyKind::Verbatim)));
    reply.integer = from.integer();
    if (reply.kind == engine::ReplyKind::Double)
        reply.number = from.real();
    reply.text = from.text();
    if (reply.kind == engine::ReplyKind::Verbatim)
        reply.format = from.text();
    if (depth == kDeepestReply)
        from.fail();
    from.list([&] { reply.elements.push_back(readReply(from, depth + 1)); });
    return reply;
}

// Lines of a loop differ in few bits.
void writeLines(ByteWriter& to, const Trace& trace)
{
    to.number(trace.furthest());
    std::uint64_t before = 0;
    for (Moment moment = 1; moment <= trace.furthest(); ++moment) {
        const std::uint64_t bits = trace.line(moment).bits();
        to.integer(static_cast<std::int64_t>(bits - before));
        before = bits;
    }
}

void readLines(ByteReader& from, LineLog& lines)
{
    std::uint64_t bits = 0;
    from.list([&] {
        bits += static_cast<std::uint64_t>(from.integer());
        lines.add(LineRecord::ofBits(bits));
    });
}

void writeCalls(ByteWriter& to, const Trace& trace)
{
    std::size_t index = 0;
    to.list(trace.calls(), [&](const RecordedCall& call) {
        to.number(call.moment);
        to.integer(call.line);
        writeWords(to, call.argv);
        to.flag(call.reply.has_value());
        if (call.reply)
            writeReply(to, *call.reply);
        to.flag(call.wrote);
        to.integer(call.duration.count());
        to.fixed(trace.chanceAfter(index++).state());
    });
}

void readCalls(ByteReader& from, TraceParts& parts)
{
    from.list([&] {
        RecordedCall call;
        call.moment = from.number();
        call.line = from.small();
        call.argv = readWords(from);
        if (from.flag())
            call.reply = readReply(from);
        call.wrote = from.flag();
        call.duration = std::chrono::nanoseconds(from.integer());
        parts.calls.push_back(std::move(call));
        parts.chances.emplace_back(from.fixed());
    });
}

void writeMarks(ByteWriter& to, const Trace& trace)
{
    to.list(trace.marks(), [&to](const DataMark& mark) {
        to.number(mark.moment);
        to.number(mark.call);
        to.integer(mark.database);
    });
}

void readMarks(ByteReader& from, TraceParts& parts, std::size_t databases)
{
    from.list([&] {
        DataMark mark;
        mark.moment = from.number();
        mark.call = from.number();
        mark.database = from.small();
        if (mark.call >= parts.calls.size() || mark.database < 0
            || static_cast<std::size_t>(mark.database) >= databases)
            from.fail();
        parts.marks.push_back(std::move(mark));
    });
}

void writeErrors(ByteWriter& to, const Trace& trace)
{
    to.list(trace.errors(), [&to](const RecordedError& error) {
        to.number(error.moment);
        to.integer(error.line);
        to.text(error.text);
        to.flag(error.caught);
    });
}

void readErrors(ByteReader& from, TraceParts& parts)
{
    from.list([&] {
        RecordedError error;
        error.moment = from.number();
        error.line = from.small();
        error.text = from.text();
        error.caught = from.flag();
        parts.errors.push_back(std::move(error));
    });
}

void writeOutputs(ByteWriter& to, const std::vector<Output>& outputs)
{
    to.list(outputs, [&to](const Output& output) {
        to.number(static_cast<std::uint64_t>(output.kind));
        to.integer(output.level);
        to.number(output.moment);
        to.integer(output.line);
        to.text(output.text);
    });
}

std::vector<Output> readOutputs(ByteReader& from)
{
    std::vector<Output> outputs;
    from.list([&] {
        Output output;
        output.kind = static_cast<OutputKind>(from.numberUpTo(static_cast<std::uint64_t>(OutputKind::LogPoint)));
        output.level = from.small();
        output.moment = from.number();
        output.line = from.small();
        output.text = from.text();
        outputs.push_back(std::move(output));
    });
    return outputs;
}

void writeInputs(ByteWriter& to, const Trace& trace)
{
    to.list(trace.inputs(), [&to](const VariableInput& input) {
        to.number(input.moment);
        to.integer(input.frame);
        to.text(input.name);
        to.text(input.expression);
    });
}

void readInputs(ByteReader& from, TraceParts& parts)
{
    from.list([&] {
        VariableInput input;
        input.moment = from.number();
        input.frame = from.small();
        input.name = from.text();
        input.expression = from.text();
        parts.inputs.push_back(std::move(input));
    });
}

void writePlace(ByteWriter& to, const RecordingPlace& place)
{
    to.number(place.shown);
    to.flag(place.whole);
    to.fixed(place.replyChecksum);
}

void readPlace(ByteReader& from, RecordingPlace& place)
{
    place.shown = from.number();
    place.whole = from.flag();
    place.replyChecksum = from.fixed();
}

// Moments go up, and none is beyond the last line.
template <class Items>
bool inOrder(const Items& items, Moment furthest)
{
    Moment before = kNoMoment;
    for (const auto& item : items) {
        if (item.moment < before || item.moment > furthest)
            return false;
        before = item.moment;
    }
    return true;
}

bool isSound(const Recording& recording)
{
    const Trace& trace = recording.trace;
    const Moment furthest = trace.furthest();
    const RecordingPlace& place = recording.place;
    return inOrder(trace.calls(), furthest) && inOrder(trace.marks(), furthest) && inOrder(trace.errors(), furthest)
        && inOrder(trace.outputs(), furthest) && inOrder(trace.logPoints(), furthest)
        && inOrder(trace.inputs(), furthest) && place.shown >= 1 && place.shown <= furthest + (place.whole ? 1 : 0);
}

// Why a file is none of ours, or not whole; empty: it is.
Bytes refusalOf(BytesView bytes)
{
    if (!bytes.starts_with(kMagic))
        return "this is no recording of Ferrite Workbench";
    if (bytes.size() < kMagic.size() + kChecksumBytes)
        return "the recording is cut off";
    ByteReader checksum(bytes.substr(bytes.size() - kChecksumBytes));
    if (checksum.fixed() != engine::crc64(bytes.substr(0, bytes.size() - kChecksumBytes)))
        return "the recording is damaged or cut off: its checksum is another";
    return {};
}

} // namespace

std::uint64_t checksumOf(const Reply& reply)
{
    ByteWriter text;
    writeReply(text, reply);
    return engine::crc64(text.bytes());
}

EncodedRecording encodeRecording(const RecordingSource& source)
{
    const Trace& trace = source.trace;
    EncodedRecording encoded;
    ByteWriter to;
    to.bytes() = kMagic;
    to.number(kFormat);
    to.text(FERRITE_VERSION);
    to.flag(engine::LuaArena::forgetsAtOnce());
    to.integer(source.arenaSlot);
    to.number(source.memoryLimitBytes);
    writeInput(to, source.input);
    writePlace(to, source.place);
    writeLines(to, trace);
    writeCalls(to, trace);
    writeErrors(to, trace);
    writeOutputs(to, trace.outputs());
    writeOutputs(to, trace.logPoints());
    to.list(trace.forcedStops(), [&to](Moment moment) { to.number(moment); });
    writeInputs(to, trace);
    writeMarks(to, trace);
    encoded.keys = writeRecordedData(to, trace, source.input);
    to.fixed(engine::crc64(to.bytes()));
    encoded.bytes = std::move(to.bytes());
    return encoded;
}

Result<Recording> decodeRecording(BytesView bytes, const ScriptInput& world)
{
    if (Bytes refusal = refusalOf(bytes); !refusal.empty())
        return Error{std::move(refusal)};
    ByteReader from(bytes.substr(kMagic.size(), bytes.size() - kMagic.size() - kChecksumBytes));
    if (const std::uint64_t format = from.number(); format != kFormat)
        return Error{"the recording is of format " + std::to_string(format) + ", and this program reads format "
            + std::to_string(kFormat)};
    if (const Bytes version = from.text(); version != FERRITE_VERSION)
        return Error{"the recording was made by version " + version + " of the engine, and this is " + FERRITE_VERSION
            + ": a replay is true on the same engine alone"};
    if (from.flag() != engine::LuaArena::forgetsAtOnce())
        return Error{
            "the recording was made by a build whose Lua has its memory elsewhere: open it with a build of the "
            "same kind"};

    Recording recording{.input = world, .trace = {}, .place = {}};
    recording.arenaSlot = from.small();
    recording.memoryLimitBytes = from.numberUpTo(engine::LuaArena::kLargestLimit);
    readInput(from, recording.input);
    readPlace(from, recording.place);
    TraceParts parts;
    readLines(from, parts.lines);
    readCalls(from, parts);
    readErrors(from, parts);
    parts.outputs = readOutputs(from);
    parts.logPoints = readOutputs(from);
    from.list([&] { parts.forcedStops.push_back(from.number()); });
    readInputs(from, parts);
    readMarks(from, parts, recording.input.dataset.databaseCount());
    if (!from.failed()) {
        recording.input.dataset = readRecordedData(from, parts.marks, parts.effects, recording.input);
        parts.start = {.dataset = recording.input.dataset,
            .database = recording.input.database,
            .rng = engine::Rng(recording.input.rngSeed)};
        parts.whole = recording.place.whole;
        recording.trace = Trace(std::move(parts));
    }
    if (from.failed() || from.left() != 0 || !isSound(recording))
        return Error{"the recording contradicts itself; it was not written by this program"};
    return recording;
}

} // namespace debugger
