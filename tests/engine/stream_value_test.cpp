// labels: fast
// StreamValue: entries against a simple model, copies that stay as they were, groups.

#include "engine/data/stream_value.h"

#include "engine/base/rng.h"
#include "tests/support/embedded_server.h"

#include <QTest>

#include <map>
#include <vector>

using namespace engine;

namespace {

using Fields = std::vector<Bytes>;
using Model = std::map<StreamId, Fields>;

StreamId idAt(std::uint64_t ms, std::uint64_t seq = 0)
{
    return {.ms = ms, .seq = seq};
}

Model contentOf(const StreamValue& stream)
{
    Model model;
    stream.forEach(StreamId(), StreamId::largest(), [&](const StreamEntry& entry) {
        Fields& fields = model[entry.id];
        entry.forEach([&](BytesView field, BytesView value) {
            fields.emplace_back(field);
            fields.emplace_back(value);
        });
        return true;
    });
    return model;
}

void append(StreamValue& stream, const StreamId& id, const Fields& fields, const EncodingLimits& limits)
{
    const std::vector<BytesView> views(fields.begin(), fields.end());
    stream.append(id, views, limits);
}

} // namespace

class StreamValueTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void entriesEqualTheModelsAndCopiesStayAsTheyWere();
    void aFullNodeIsFollowedByAnother();
    void wholeNodesAreCutOnly();
    void aTrimThatCutsNothingOpensNothing();
    void groupsAreCopiedWithTheStream();
};

void StreamValueTest::entriesEqualTheModelsAndCopiesStayAsTheyWere()
{
    Rng rng(5);
    EncodingLimits limits;
    limits.streamNodeMaxEntries = 10;
    StreamValue stream;
    Model model;
    std::vector<std::pair<StreamValue, Model>> copies;
    std::uint64_t last = 0;
    for (int step = 0; step < 6'000; ++step) {
        const std::uint64_t choice = rng.below(100);
        if (choice < 70) {
            last += 1 + rng.below(3);
            const Fields fields = rng.below(4) == 0 ? Fields{"a", std::to_string(rng.below(1'000'000)), "b", "text"}
                                                    : Fields{"f", Bytes(rng.below(30), 'v')};
            append(stream, idAt(last, 1), fields, limits);
            model[idAt(last, 1)] = fields;
        } else if (choice < 97) {
            const StreamId id = idAt(rng.below(last + 2), 1);
            QCOMPARE(stream.erase(id), model.erase(id) == 1);
        } else if (choice < 98) {
            const std::uint64_t keep = rng.below(model.size() + 1);
            stream.trim({.by = StreamTrim::By::Length, .wholeNodes = false, .length = keep, .id = {}, .limit = 0});
            while (model.size() > keep)
                model.erase(model.begin());
        } else if (copies.size() < 40) {
            copies.emplace_back(stream, model);
        }
        QCOMPARE(stream.size(), model.size());
        QCOMPARE(stream.lastId(), last == 0 ? StreamId() : idAt(last, 1));
        if (step % 100 == 0)
            QVERIFY(contentOf(stream) == model);
    }
    QVERIFY(contentOf(stream) == model);
    QVERIFY(copies.size() > 20);
    for (const auto& [copy, wasThen] : copies)
        QVERIFY(contentOf(copy) == wasThen);
}

void StreamValueTest::aFullNodeIsFollowedByAnother()
{
    EncodingLimits limits;
    limits.streamNodeMaxEntries = 4;
    StreamValue stream;
    for (std::uint64_t i = 1; i <= 9; ++i)
        append(stream, idAt(i), {"f", "v"}, limits);
    QCOMPARE(stream.nodeCount(), std::size_t(3));
    QCOMPARE(stream.firstId(), idAt(1));
    QCOMPARE(stream.lastEntryId(), idAt(9));
}

void StreamValueTest::wholeNodesAreCutOnly()
{
    EncodingLimits limits;
    limits.streamNodeMaxEntries = 4;
    StreamValue stream;
    for (std::uint64_t i = 1; i <= 12; ++i)
        append(stream, idAt(i), {"f", "v"}, limits);
    const StreamTrim about{.by = StreamTrim::By::Length, .wholeNodes = true, .length = 7, .id = {}, .limit = 0};
    QCOMPARE(stream.trim(about), std::size_t(4));
    QCOMPARE(stream.firstId(), idAt(5));
    QCOMPARE(stream.trim(about), std::size_t(0));
}

void StreamValueTest::aTrimThatCutsNothingOpensNothing()
{
    tests::EmbeddedServer server;
    server.run("CONFIG SET stream-node-max-entries 4");
    for (int i = 1; i <= 12; ++i)
        server.run("XADD s " + std::to_string(i) + "-0 f v");
    const Keyspace before = server.snapshot();
    const auto isOpened = [&] { return server.snapshot().database(0).find("s") != before.database(0).find("s"); };
    for (const char* command : {"XTRIM s MAXLEN 12", "XTRIM s MINID 1", "XTRIM s MAXLEN ~ 9", "XTRIM s MINID ~ 4-0",
             "XTRIM s MAXLEN ~ 0 LIMIT 3"}) {
        QCOMPARE(server.run(command), Bytes("(integer) 0"));
        QVERIFY2(!isOpened(), command);
    }
    QCOMPARE(server.run("XTRIM s MINID ~ 5-0"), Bytes("(integer) 4"));
    QVERIFY(isOpened());
}

void StreamValueTest::groupsAreCopiedWithTheStream()
{
    StreamValue stream;
    append(stream, idAt(1), {"f", "v"}, {});
    StreamGroup group;
    group.lastId = idAt(1);
    QVERIFY(stream.addGroup("g", group));
    QVERIFY(!stream.addGroup("g", group));
    const StreamValue copy = stream;
    stream.editGroup("g", [](StreamGroup& edited) { edited.lastId = idAt(7); });
    stream.addGroup("h", group);
    QCOMPARE(copy.groupCount(), std::size_t(1));
    QCOMPARE(copy.findGroup("g")->lastId, idAt(1));
    QCOMPARE(stream.findGroup("g")->lastId, idAt(7));
    QVERIFY(stream.eraseGroup("g") && !stream.eraseGroup("g"));
    QVERIFY(copy.findGroup("g"));
}

QTEST_GUILESS_MAIN(StreamValueTest)
#include "stream_value_test.moc"
