// Requests read ahead: as many as have arrived, and the same ones whether a batch is run to its end or dropped.

#include "engine/resp/request_batch.h"

#include <QtTest>

using engine::Bytes;
using engine::BytesView;
using engine::RequestBatch;
using engine::RequestParser;
using Outcome = RequestParser::Outcome;

namespace {

Bytes request(std::initializer_list<BytesView> words)
{
    Bytes text = "*" + std::to_string(words.size()) + "\r\n";
    for (const BytesView word : words)
        text += "$" + std::to_string(word.size()) + "\r\n" + Bytes(word) + "\r\n";
    return text;
}

Bytes textOf(const RequestBatch::Request& request)
{
    Bytes text;
    for (const BytesView word : request.argv)
        text += Bytes(word) + "|";
    return text;
}

} // namespace

class RequestBatchTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void allThatHasArrivedIsReadAtOnce();
    void whatIsNotWholeWaits();
    void whatIsBrokenIsToldInItsTurn();
    void linesAndLongRequestsEndABatch();
    void whatIsDroppedIsReadAgain();
};

void RequestBatchTest::allThatHasArrivedIsReadAtOnce()
{
    Bytes buffer;
    for (int i = 0; i < 20; ++i)
        buffer += request({"GET", std::to_string(i)});
    RequestParser parser;
    RequestBatch batch;
    QCOMPARE(batch.fill(parser, buffer), Outcome::Request);
    QCOMPARE(batch.requests().size(), RequestBatch::kMost);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < RequestBatch::kMost; ++i) {
        QCOMPARE(batch.taken(), i);
        const auto& taken = batch.take();
        QCOMPARE(textOf(taken), "GET|" + std::to_string(i) + "|");
        bytes += taken.bytes;
    }
    QVERIFY(batch.empty());
    QCOMPARE(batch.fill(parser, BytesView(buffer).substr(bytes)), Outcome::Request);
    QCOMPARE(batch.requests().size(), std::size_t{4});
    QCOMPARE(textOf(batch.requests().back()), Bytes("GET|19|"));
}

void RequestBatchTest::whatIsNotWholeWaits()
{
    const Bytes buffer = request({"SET", "a", "1"}) + request({"SET", "b", "2"});
    for (std::size_t size = 0; size < buffer.size(); ++size) {
        RequestParser parser;
        RequestBatch batch;
        const bool one = size >= buffer.size() / 2;
        QCOMPARE(batch.fill(parser, BytesView(buffer).substr(0, size)), one ? Outcome::Request : Outcome::Incomplete);
        const std::size_t begin = one ? batch.take().bytes : 0;
        QVERIFY(batch.empty());
        QCOMPARE(batch.fill(parser, BytesView(buffer).substr(begin)), Outcome::Request);
        QCOMPARE(batch.requests().size(), one ? std::size_t{1} : std::size_t{2});
        QCOMPARE(textOf(batch.requests().back()), Bytes("SET|b|2|"));
    }
}

void RequestBatchTest::whatIsBrokenIsToldInItsTurn()
{
    const Bytes good = request({"PING"});
    const Bytes buffer = good + "*1\r\n$x\r\n";
    RequestParser parser;
    RequestBatch batch;
    QCOMPARE(batch.fill(parser, buffer), Outcome::Request);
    QCOMPARE(batch.requests().size(), std::size_t{1});
    QCOMPARE(batch.take().bytes, good.size());
    QCOMPARE(batch.fill(parser, BytesView(buffer).substr(good.size())), Outcome::Failed);
    QCOMPARE(Bytes(parser.error()), Bytes("ERR Protocol error: invalid bulk length"));
    QVERIFY(batch.empty());
}

void RequestBatchTest::linesAndLongRequestsEndABatch()
{
    Bytes longOne = "*100\r\n";
    for (int i = 0; i < 100; ++i)
        longOne += "$1\r\nx\r\n";
    const Bytes buffer = request({"A"}) + "B \"c d\"\r\n" + request({"E"}) + longOne + request({"F"});
    RequestParser parser;
    RequestBatch batch;
    std::vector<std::size_t> sizes;
    Bytes all;
    std::size_t begin = 0;
    while (begin < buffer.size()) {
        QCOMPARE(batch.fill(parser, BytesView(buffer).substr(begin)), Outcome::Request);
        sizes.push_back(batch.requests().size());
        while (!batch.empty()) {
            const auto& taken = batch.take();
            all += taken.argv.size() > 2 ? Bytes("long|") : textOf(taken);
            begin += taken.bytes;
        }
    }
    QCOMPARE(sizes, (std::vector<std::size_t>{2, 2, 1}));
    QCOMPARE(all, Bytes("A|B|c d|E|long|F|"));
}

void RequestBatchTest::whatIsDroppedIsReadAgain()
{
    const Bytes buffer = request({"A"}) + request({"B"}) + request({"C"}) + "*1\r\n$5\r\nhal";
    RequestParser parser;
    RequestBatch batch;
    QCOMPARE(batch.fill(parser, buffer), Outcome::Request);
    QCOMPARE(batch.requests().size(), std::size_t{3});
    const std::size_t begin = batch.take().bytes;
    batch.drop(parser);
    QVERIFY(batch.empty());
    QCOMPARE(batch.fill(parser, BytesView(buffer).substr(begin)), Outcome::Request);
    QCOMPARE(batch.requests().size(), std::size_t{2});
    QCOMPARE(textOf(batch.requests().front()), Bytes("B|"));
}

QTEST_APPLESS_MAIN(RequestBatchTest)
#include "request_batch_test.moc"
