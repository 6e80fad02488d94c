#include "tests/support/differential_run.h"

#include "engine/command/command_keys.h"
#include "tests/support/reply_comparison.h"

#include <algorithm>

namespace tests {

using namespace engine;

namespace {

// Two servers may be this far apart in carrying out one command, on a busy machine.
constexpr std::int64_t kClockSeconds = 20;

bool hasWord(const Words& argv, BytesView word)
{
    return std::ranges::any_of(argv, [&](const Bytes& candidate) { return equalsIgnoringCase(candidate, word); });
}

Comparison comparisonFor(const Command& command, const Words& argv)
{
    const Comparison how = comparisonOf(command.fullName);
    return how == Comparison::Exact && hasWord(argv, "bylex") ? comparisonOf(command.fullName + " bylex") : how;
}

// What a sample is drawn from, whole.
Words wholeOf(const Bytes& command, const Bytes& key)
{
    if (command == "hrandfield")
        return {"HGETALL", key};
    if (command == "zrandmember")
        return {"ZRANGE", key, "0", "-1", "WITHSCORES"};
    return {"SMEMBERS", key};
}

} // namespace

struct DifferentialRun::Question {
    const Command* command = nullptr;
    Words argv;
    Comparison how = Comparison::Exact;
    Reply whole; // before, for samples
    Reply ours;
    Reply theirs;
};

DifferentialRun::DifferentialRun(Side& ours, Side& theirs, const CommandTable& table)
    : m_ours(ours), m_theirs(theirs), m_table(table)
{
    for (const char* command : {"FLUSHALL", "RESET"}) {
        m_ours.ask({command});
        m_theirs.ask({command});
    }
}

void DifferentialRun::tell(Bytes text)
{
    if (m_difference.empty())
        m_difference = std::move(text);
}

// Elements of equal texts come in the order in which they are found, and those that differ behind a NUL are equal. A
// set that is not sorted is shown in its own order.
bool DifferentialRun::leavesTiesOpen(const Question& question)
{
    if (question.how != Comparison::Sorted || question.argv.size() < 2)
        return false;
    const Bytes encoding = m_theirs.ask({"OBJECT", "ENCODING", question.argv[1]}).text;
    const bool isSortedSet = encoding == "listpack" || encoding == "skiplist";
    return ((encoding == "hashtable" || isSortedSet) && hasWord(question.argv, "alpha"))
        || (encoding == "hashtable" && hasWord(question.argv, "by"));
}

// Ranges of texts are asked only of sorted sets whose scores are all equal.
bool DifferentialRun::mayBeSent(const Question& question)
{
    if (leavesTiesOpen(question))
        return !hasWord(question.argv, "limit") && !(hasWord(question.argv, "store") && hasWord(question.argv, "by"));
    if (question.how != Comparison::EqualScores || question.argv.size() < 3)
        return true;
    const Bytes& key = question.argv[question.command->fullName == "zrangestore" ? 2 : 1];
    const Reply first = m_theirs.ask({"ZRANGE", key, "0", "0", "WITHSCORES"});
    const Reply last = m_theirs.ask({"ZRANGE", key, "-1", "-1", "WITHSCORES"});
    const Words low = flattened(first);
    const Words high = flattened(last);
    return low.size() != 2 || high.size() != 2 || low[1] == high[1];
}

DifferentialRun::Outcome DifferentialRun::step(const Words& argv)
{
    Question question;
    question.argv = argv;
    question.command = m_table.resolve(std::vector<BytesView>(argv.begin(), argv.end()));
    if (question.command)
        question.how = comparisonFor(*question.command, argv);
    if (question.command && !mayBeSent(question))
        return Outcome::NotSent;
    if ((question.how == Comparison::Sample || question.how == Comparison::Pop) && argv.size() > 1)
        question.whole = m_theirs.ask(wholeOf(question.command->fullName, argv[1]));

    question.ours = m_ours.ask(argv);
    if (question.how == Comparison::Sorted)
        m_theirs.ask(commandThatClearsErrno());
    question.theirs = m_theirs.ask(argv);
    compare(question);
    const bool succeeded = !question.ours.isError();
    if (succeeded && question.command && question.command->fullName == "select")
        m_database = argv[1];
    if (succeeded && question.how == Comparison::Pop && !differs())
        settlePop(question);
    return succeeded ? Outcome::Succeeded : Outcome::Refused;
}

void DifferentialRun::compare(const Question& question)
{
    // Each server says who it is.
    if (question.command && question.command->fullName == "hello")
        return;
    if (equal(question))
        return;
    tell(commandLine(question.argv) + describeDifference(question.ours, question.theirs));
}

bool DifferentialRun::equal(const Question& question)
{
    const Reply& ours = question.ours;
    const Reply& theirs = question.theirs;
    if (sameReply(ours, theirs))
        return true;
    if (ours.isError() || theirs.isError())
        return false;
    switch (question.how) {
    case Comparison::Exact:
    case Comparison::EqualScores:
        return false;
    case Comparison::Unordered:
        return sameInOrder(question, 1);
    case Comparison::Sorted:
        return leavesTiesOpen(question) && sameElements(ours, theirs, 1);
    case Comparison::UnorderedPairs:
        return sameInOrder(question, 2);
    case Comparison::Near: {
        const bool milliseconds = question.command->fullName.starts_with('p');
        return nearlySame(ours, theirs, milliseconds ? kClockSeconds * 1000 : kClockSeconds);
    }
    case Comparison::Shape:
        return sameShape(ours, theirs);
    case Comparison::Kind:
        return ours.kind == theirs.kind;
    case Comparison::Walk:
        return sameWalks(question);
    case Comparison::Sample:
    case Comparison::Pop:
        return sameShape(ours, theirs) && samplesFit(question, ours) && samplesFit(question, theirs);
    case Comparison::AnyKey:
        return sameShape(ours, theirs) && m_ours.ask({"EXISTS", theirs.text}).integer == 1
            && m_theirs.ask({"EXISTS", ours.text}).integer == 1;
    }
    return false;
}

// The order is ours to choose only where the value is a hash table.
bool DifferentialRun::sameInOrder(const Question& question, std::size_t together)
{
    if (!sameElements(question.ours, question.theirs, together))
        return false;
    const bool ofOneValue = question.argv.size() == 2 && question.command->fullName != "keys";
    return !ofOneValue || m_theirs.ask({"OBJECT", "ENCODING", question.argv[1]}).text == "hashtable";
}

bool DifferentialRun::sameWalks(const Question& question)
{
    const std::size_t at = question.command->fullName == "scan" ? 1 : 2;
    if (question.argv[at] != "0")
        return question.ours.elements.size() == question.theirs.elements.size();
    const bool pairs = question.command->fullName == "hscan" || question.command->fullName == "zscan";
    const auto walk = [&](Side& side) {
        Words argv = question.argv;
        Words found;
        constexpr int kMostSteps = 100'000;
        for (int step = 0; step < kMostSteps; ++step) {
            const Reply reply = side.ask(argv);
            if (reply.elements.size() != 2)
                return Words{"no reply of a scan: " + describe(reply)};
            const Words items = flattened(reply.elements[1]);
            found.insert(found.end(), items.begin(), items.end());
            argv[at] = reply.elements[0].text;
            if (argv[at] == "0")
                return groups(found, pairs ? 2 : 1);
        }
        return Words{"a walk without end"};
    };
    return walk(m_ours) == walk(m_theirs);
}

// Each element of the reply is in the value; different ones, unless a negative count allows repeats.
bool DifferentialRun::samplesFit(const Question& question, const Reply& reply)
{
    const bool values = question.argv.size() == 4;
    const bool pairsKept = question.how == Comparison::Sample && question.command->fullName != "srandmember";
    Words whole = flattened(question.whole);
    if (pairsKept && !values) {
        Words names;
        for (std::size_t i = 0; i < whole.size(); i += 2)
            names.push_back(whole[i]);
        whole = std::move(names);
    }
    if (reply.kind == ReplyKind::Null)
        return whole.empty();
    const std::size_t together = values ? 2 : 1;
    const Words drawn = flattened(reply);
    const Words distinct = groups(drawn, together);
    const bool mayRepeat = question.argv.size() > 2 && question.argv[2].starts_with('-');
    return std::ranges::includes(groups(whole, together), distinct)
        && (mayRepeat || distinct.size() * together == drawn.size());
}

// What we have popped goes there too, and what they have popped comes back.
void DifferentialRun::settlePop(const Question& question)
{
    const Bytes& key = question.argv[1];
    const Words ours = flattened(question.ours);
    const Words theirs = flattened(question.theirs);
    if (question.ours.kind == ReplyKind::Null || ours.empty() || m_ours.ask({"EXISTS", key}).integer == 0)
        return;
    Words back{"SADD", key};
    back.insert(back.end(), theirs.begin(), theirs.end());
    m_theirs.ask(back);
    Words out{"SREM", key};
    out.insert(out.end(), ours.begin(), ours.end());
    m_theirs.ask(out);
}

void DifferentialRun::compareAnswers(int database, const Words& argv, Comparison how)
{
    Question question;
    question.command = m_table.resolve(std::vector<BytesView>(argv.begin(), argv.end()));
    question.argv = argv;
    question.how = how;
    question.ours = m_ours.ask(argv);
    question.theirs = m_theirs.ask(argv);
    if (!equal(question))
        tell("the data of database " + std::to_string(database) + ": " + commandLine(argv)
            + describeDifference(question.ours, question.theirs));
}

void DifferentialRun::compareKey(int database, const Bytes& key)
{
    compareAnswers(database, {"OBJECT", "ENCODING", key}, Comparison::Exact);
    compareAnswers(database, {"PEXPIRETIME", key}, Comparison::Near);
    compareAnswers(database, {"DEBUG", "DIGEST-VALUE", key}, Comparison::Exact);
    const Bytes type = m_theirs.ask({"TYPE", key}).text;
    if (type == "string")
        compareAnswers(database, {"GET", key}, Comparison::Exact);
    else if (type == "list")
        compareAnswers(database, {"LRANGE", key, "0", "-1"}, Comparison::Exact);
    else if (type == "hash")
        compareAnswers(database, {"HGETALL", key}, Comparison::UnorderedPairs);
    else if (type == "set")
        compareAnswers(database, {"SMEMBERS", key}, Comparison::Unordered);
    else
        compareAnswers(database, {"ZRANGE", key, "0", "-1", "WITHSCORES"}, Comparison::Exact);
}

void DifferentialRun::compareData()
{
    constexpr int kDatabases = 16;
    for (int database = 0; database < kDatabases && !differs(); ++database) {
        const Words select{"SELECT", std::to_string(database)};
        m_ours.ask(select);
        m_theirs.ask(select);
        compareAnswers(database, {"KEYS", "*"}, Comparison::Unordered);
        for (const Bytes& key : flattened(m_theirs.ask({"KEYS", "*"})))
            compareKey(database, key);
    }
    m_ours.ask({"SELECT", m_database});
    m_theirs.ask({"SELECT", m_database});
}

std::vector<Words> shortestFailing(
    std::vector<Words> commands, const std::function<bool(const std::vector<Words>&)>& fails, std::size_t budget)
{
    std::size_t spent = 0;
    for (std::size_t part = std::max<std::size_t>(commands.size() / 2, 1);; part /= 2) {
        for (std::size_t from = 0; from < commands.size() && spent < budget;) {
            std::vector<Words> fewer(commands.begin(), commands.begin() + static_cast<std::ptrdiff_t>(from));
            const std::size_t behind = std::min(from + part, commands.size());
            fewer.insert(fewer.end(), commands.begin() + static_cast<std::ptrdiff_t>(behind), commands.end());
            spent += fewer.size();
            if (fails(fewer))
                commands = std::move(fewer);
            else
                from += part;
        }
        if (part == 1)
            return commands;
    }
}

} // namespace tests
