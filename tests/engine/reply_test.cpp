// Replies: written as bytes or as a tree, parsed back, printed for people.

#include "engine/resp/reply_parser.h"
#include "engine/resp/reply_text.h"
#include "engine/resp/reply_tree_sink.h"
#include "engine/resp/resp_sink.h"

#include <QTest>

#include <limits>

using namespace engine;
using namespace std::string_literals;

namespace {

/// Every kind of value, nested, with aggregates of unknown size inside and around.
void writeEverything(ReplySink& sink)
{
    sink.beginArray();
    sink.status("OK\r\nforged");
    sink.error("ERR a\nb\r\n");
    sink.integer(std::numeric_limits<std::int64_t>::min());
    sink.bulk(BytesView("a\r\n\0b", 5));
    sink.null();
    sink.nullArray();
    sink.array(2);
    sink.array(0);
    sink.beginArray();
    sink.integer(1);
    sink.end();
    sink.map(1);
    sink.bulk("k");
    sink.set(1);
    sink.bulk("m");
    sink.number(0.1);
    sink.number(3);
    sink.boolean(true);
    sink.bigNumber("123456789012345678901234567890");
    sink.verbatim("txt", "hello");
    sink.beginArray();
    sink.end();
    sink.end();
}

Bytes bytesOf(Protocol protocol)
{
    Bytes bytes = "before";
    RespSink sink(bytes, protocol);
    writeEverything(sink);
    return bytes.substr(6);
}

Bytes printed(const Bytes& bytes)
{
    const auto parsed = parseReply(bytes);
    return parsed && *parsed ? formatReplyForPeople((*parsed)->reply) : "(nothing)";
}

} // namespace

class ReplyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTreeIsWhatAClientWouldParse_data();
    void theTreeIsWhatAClientWouldParse();
    void bytesAreRedissOwn();
    void numbersAreWrittenWithAllTheirDigits();
    void aReplyInPiecesIsIncompleteUntilItsLastByte();
    void whatIsNoRespIsRefused_data();
    void whatIsNoRespIsRefused();
    void repliesPrintAsRedisCliPrintsThem_data();
    void repliesPrintAsRedisCliPrintsThem();
};

void ReplyTest::theTreeIsWhatAClientWouldParse_data()
{
    QTest::addColumn<int>("protocol");
    QTest::newRow("RESP2") << 2;
    QTest::newRow("RESP3") << 3;
}

void ReplyTest::theTreeIsWhatAClientWouldParse()
{
    QFETCH(int, protocol);
    const auto which = static_cast<Protocol>(protocol);
    ReplyTreeSink tree(which);
    writeEverything(tree);
    QVERIFY(tree.complete());
    const Bytes bytes = bytesOf(which);
    const auto parsed = parseReply(bytes);
    QVERIFY2(parsed.ok() && parsed->has_value(), bytes.c_str());
    QCOMPARE((*parsed)->bytes, bytes.size());
    QVERIFY((*parsed)->reply == tree.take());
}

void ReplyTest::bytesAreRedissOwn()
{
    const Bytes resp2 =
        "*14\r\n+OK  forged\r\n-ERR a b\r\n:-9223372036854775808\r\n$5\r\na\r\n\0b\r\n$-1\r\n*-1\r\n"
        "*2\r\n*0\r\n*1\r\n:1\r\n*2\r\n$1\r\nk\r\n*1\r\n$1\r\nm\r\n$19\r\n0.10000000000000001\r\n$1\r\n3\r\n"
        ":1\r\n$30\r\n123456789012345678901234567890\r\n$5\r\nhello\r\n*0\r\n"s;
    const Bytes resp3 = "*14\r\n+OK  forged\r\n-ERR a b\r\n:-9223372036854775808\r\n$5\r\na\r\n\0b\r\n_\r\n_\r\n"
                        "*2\r\n*0\r\n*1\r\n:1\r\n%1\r\n$1\r\nk\r\n~1\r\n$1\r\nm\r\n,0.10000000000000001\r\n,3\r\n#t\r\n"
                        "(123456789012345678901234567890\r\n=9\r\ntxt:hello\r\n*0\r\n"s;
    QCOMPARE(QByteArray::fromStdString(bytesOf(Protocol::Resp2)), QByteArray::fromStdString(resp2));
    QCOMPARE(QByteArray::fromStdString(bytesOf(Protocol::Resp3)), QByteArray::fromStdString(resp3));
}

void ReplyTest::numbersAreWrittenWithAllTheirDigits()
{
    std::vector<std::int64_t> numbers{
        std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
    // Around each power of ten, and one of many in between.
    for (std::int64_t power = 1; power <= 1'000'000'000'000'000'000 / 10; power *= 10) {
        for (const std::int64_t near : {power - 1, power, power + 1, power * 10 / 7, power * 10 / 3})
            numbers.insert(numbers.end(), {near, -near});
    }
    for (std::int64_t number = 0; number < 100'000'000; number += 9'973)
        numbers.push_back(number);
    for (const std::int64_t number : numbers) {
        Bytes bytes = "before";
        RespSink sink(bytes, Protocol::Resp2);
        sink.integer(number);
        QCOMPARE(bytes, "before:" + std::to_string(number) + "\r\n");
    }
}

void ReplyTest::aReplyInPiecesIsIncompleteUntilItsLastByte()
{
    const Bytes bytes = bytesOf(Protocol::Resp3);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto parsed = parseReply(BytesView(bytes).substr(0, size));
        QVERIFY(parsed.ok());
        QVERIFY(!parsed->has_value());
    }
}

void ReplyTest::whatIsNoRespIsRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    for (const char* bytes :
        {"x", ":a\r\n", "$-2\r\n", "$1\r\nabc", "*-2\r\n", "#x\r\n", ",abc\r\n", "=1\r\na\r\n", "_x\r\n"})
        QTest::newRow(QByteArray(bytes).replace("\r\n", " ").constData()) << QByteArray(bytes);
    QTest::newRow("deep") << QByteArray("*1\r\n").repeated(1000);
}

void ReplyTest::whatIsNoRespIsRefused()
{
    QFETCH(QByteArray, bytes);
    QVERIFY(!parseReply(bytes.toStdString()).ok());
}

void ReplyTest::repliesPrintAsRedisCliPrintsThem_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char* bytes, const char* text) {
        QTest::newRow(QByteArray(bytes).replace("\r\n", " ").constData()) << QByteArray(bytes) << QByteArray(text);
    };
    row("+OK\r\n", "OK");
    row("-ERR no\r\n", "(error) ERR no");
    row(":-7\r\n", "(integer) -7");
    row("$5\r\na\"\n\x01\xff\r\n", "\"a\\\"\\n\\x01\\xff\"");
    row("$-1\r\n", "(nil)");
    row("*-1\r\n", "(nil)");
    row("*0\r\n", "(empty array)");
    row("%0\r\n", "(empty hash)");
    row("~0\r\n", "(empty set)");
    row("*2\r\n*2\r\n:1\r\n:2\r\n$1\r\na\r\n", "1) 1) (integer) 1\n   2) (integer) 2\n2) \"a\"");
    row("%2\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n*2\r\n:2\r\n:3\r\n",
        "1# \"a\" => (integer) 1\n2# \"b\" => 1) (integer) 2\n   2) (integer) 3");
    row("~1\r\n$1\r\na\r\n", "1~ \"a\"");
    row(",1.5\r\n", "(double) 1.5");
    row("#t\r\n", "(true)");
    row("#f\r\n", "(false)");
    row("(12\r\n", "12");
    row("=5\r\ntxt:a\r\n", "a");
}

void ReplyTest::repliesPrintAsRedisCliPrintsThem()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, text);
    QCOMPARE(QByteArray::fromStdString(printed(bytes.toStdString())), text);
}

QTEST_GUILESS_MAIN(ReplyTest)
#include "reply_test.moc"
