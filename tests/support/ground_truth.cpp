#include "tests/support/ground_truth.h"

#include "tests/support/fields.h"

namespace tests {

using engine::BytesView;
using engine::Error;
using engine::Result;

Bytes textOf(const WalkCase& wanted)
{
    FieldWriter out;
    out.put(wanted.body);
    out.putAll(wanted.keys);
    out.putAll(wanted.argv);
    out.putAll(wanted.given, [&out](const std::vector<Bytes>& command) { out.putAll(command); });
    out.put(wanted.engineSeed);
    out.put(wanted.rngSeed);
    out.putAll(wanted.edits, [&out](const WalkEdit& edit) {
        out.put(edit.moment);
        out.put(edit.frame);
        out.put(edit.name);
        out.put(edit.expression);
    });
    out.putAll(wanted.questions);
    out.put(int(wanted.looks));
    out.put(wanted.mostMoments);
    return out.take();
}

Result<WalkCase> walkCaseFrom(BytesView text)
{
    FieldReader in(text);
    WalkCase wanted;
    wanted.body = in.bytes();
    wanted.keys = in.allBytes();
    wanted.argv = in.allBytes();
    wanted.given = in.all<std::vector<Bytes>>([&in] { return in.allBytes(); });
    wanted.engineSeed = in.number<std::uint64_t>();
    wanted.rngSeed = in.number<std::uint64_t>();
    wanted.edits = in.all<WalkEdit>([&in] {
        WalkEdit edit;
        edit.moment = in.number<std::uint64_t>();
        edit.frame = in.number();
        edit.name = in.bytes();
        edit.expression = in.bytes();
        return edit;
    });
    wanted.questions = in.allBytes();
    wanted.looks = in.flag();
    wanted.mostMoments = in.number<std::uint64_t>();
    if (!in.good())
        return Error{"the case is cut off"};
    return wanted;
}

namespace {

void putMoment(FieldWriter& out, const TrueMoment& moment)
{
    out.put(moment.line);
    out.put(moment.depth);
    out.put(moment.coroutine);
    out.put(int(moment.inScript));
    out.put(int(moment.begins));
    out.put(int(moment.forcedStop));
    out.put(moment.state);
    out.putAll(moment.answers);
}

TrueMoment momentFrom(FieldReader& in)
{
    TrueMoment moment;
    moment.line = in.number();
    moment.depth = in.number();
    moment.coroutine = in.number();
    moment.inScript = in.flag();
    moment.begins = in.flag();
    moment.forcedStop = in.flag();
    moment.state = in.bytes();
    moment.answers = in.allBytes();
    return moment;
}

void putCall(FieldWriter& out, const TrueCall& call)
{
    out.put(call.moment);
    out.put(call.line);
    out.putAll(call.argv);
    out.put(int(call.replied));
    out.put(call.reply);
    out.putAll(call.changedKeys);
}

TrueCall callFrom(FieldReader& in)
{
    TrueCall call;
    call.moment = in.number<std::uint64_t>();
    call.line = in.number();
    call.argv = in.allBytes();
    call.replied = in.flag();
    call.reply = in.bytes();
    call.changedKeys = in.allBytes();
    return call;
}

} // namespace

Bytes textOf(const GroundTruth& truth)
{
    FieldWriter out;
    out.put(int(truth.tooLong));
    out.put(truth.failedEdit);
    out.putAll(truth.moments, [&out](const TrueMoment& moment) { putMoment(out, moment); });
    out.putAll(truth.calls, [&out](const TrueCall& call) { putCall(out, call); });
    out.putAll(truth.errors, [&out](const TrueError& error) {
        out.put(error.moment);
        out.put(error.line);
        out.put(error.text);
        out.put(int(error.caught));
    });
    out.putAll(truth.outputs, [&out](const TrueOutput& output) {
        out.put(output.moment);
        out.put(output.line);
        out.put(output.text);
    });
    out.put(truth.reply);
    out.put(truth.data);
    out.putAll(truth.effects);
    return out.take();
}

Result<GroundTruth> groundTruthFrom(BytesView text)
{
    FieldReader in(text);
    GroundTruth truth;
    truth.tooLong = in.flag();
    truth.failedEdit = in.bytes();
    truth.moments = in.all<TrueMoment>([&in] { return momentFrom(in); });
    truth.calls = in.all<TrueCall>([&in] { return callFrom(in); });
    truth.errors = in.all<TrueError>([&in] {
        TrueError error;
        error.moment = in.number<std::uint64_t>();
        error.line = in.number();
        error.text = in.bytes();
        error.caught = in.flag();
        return error;
    });
    truth.outputs = in.all<TrueOutput>([&in] {
        TrueOutput output;
        output.moment = in.number<std::uint64_t>();
        output.line = in.number();
        output.text = in.bytes();
        return output;
    });
    truth.reply = in.bytes();
    truth.data = in.bytes();
    truth.effects = in.allBytes();
    if (!in.good())
        return Error{"the answer is cut off"};
    return truth;
}

} // namespace tests
