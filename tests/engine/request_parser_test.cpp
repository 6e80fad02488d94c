// Requests from bytes: however they are cut, whatever is in them.

#include "engine/resp/request_parser.h"

#include <QTest>

using engine::Bytes;
using engine::BytesView;
using engine::RequestParser;
using namespace std::string_literals;

namespace {

using Words = std::vector<Bytes>;

Words wordsOf(const RequestParser& parser)
{
    return {parser.argv().begin(), parser.argv().end()};
}

/// The requests in `bytes` when they come in pieces of `piece` bytes; an error ends the list as one word "!text".
std::vector<Words> requestsIn(const Bytes& bytes, std::size_t piece, const engine::RequestLimits& limits = {})
{
    RequestParser parser(limits);
    std::vector<Words> requests;
    Bytes buffer;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        buffer += bytes.substr(at, piece);
        for (;;) {
            const auto outcome = parser.parse(buffer);
            if (outcome == RequestParser::Outcome::Incomplete)
                break;
            if (outcome == RequestParser::Outcome::Failed) {
                requests.push_back({"!" + Bytes(parser.error())});
                return requests;
            }
            requests.push_back(wordsOf(parser));
            buffer.erase(0, parser.consumed());
        }
    }
    return requests;
}

Words only(const Bytes& bytes, const engine::RequestLimits& limits = {})
{
    const auto requests = requestsIn(bytes, bytes.size(), limits);
    return requests.empty() ? Words{"(nothing)"} : requests.front();
}

} // namespace

class RequestParserTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void piecesOfAnySizeGiveTheSameRequests();
    void inlineWordsAreUnquotedAsRedisCliDoes_data();
    void inlineWordsAreUnquotedAsRedisCliDoes();
    void brokenRequestsGetRedissErrors_data();
    void brokenRequestsGetRedissErrors();
    void theUnauthenticatedMaySendLittle();
    void anEndlessHeaderIsRefused();
    void aRequestSaysHowMuchIsToCome();
    void anEmptyRequestHasNoWords();
};

void RequestParserTest::piecesOfAnySizeGiveTheSameRequests()
{
    const Bytes bytes = "*2\r\n$4\r\nECHO\r\n$5\r\na\r\nb\0\r\nPING  'x y'\r\n*0\r\n*1\r\n$0\r\n\r\n\r\nGET k\n"s;
    const auto whole = requestsIn(bytes, bytes.size());
    const std::vector<Words> expected{{"ECHO", Bytes("a\r\nb\0", 5)}, {"PING", "x y"}, {}, {""}, {}, {"GET", "k"}};
    QVERIFY(whole == expected);
    for (std::size_t piece = 1; piece < bytes.size(); ++piece)
        QVERIFY2(requestsIn(bytes, piece) == expected, std::to_string(piece).c_str());
}

void RequestParserTest::inlineWordsAreUnquotedAsRedisCliDoes_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArrayList>("words");
    QTest::newRow("blanks") << QByteArray("  a \t b  ") << QByteArrayList{"a", "b"};
    QTest::newRow("escapes") << QByteArray(R"("\n\r\t\a\b\\\"\x41\q")") << QByteArrayList{"\n\r\t\a\b\\\"Aq"};
    QTest::newRow("a cut hex escape is letters") << QByteArray(R"("\x4")") << QByteArrayList{"x4"};
    QTest::newRow("single") << QByteArray(R"('a\n\'b"')") << QByteArrayList{"a\\n'b\""};
    QTest::newRow("quotes in a word") << QByteArray(R"(ab"c d")") << QByteArrayList{"abc d"};
    QTest::newRow("empty") << QByteArray(R"("" '')") << QByteArrayList{"", ""};
}

void RequestParserTest::inlineWordsAreUnquotedAsRedisCliDoes()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArrayList, words);
    const Words got = only(line.toStdString() + "\r\n");
    QCOMPARE(QByteArrayList(got.size(), {}).size(), words.size());
    for (qsizetype i = 0; i < words.size(); ++i)
        QCOMPARE(QByteArray::fromStdString(got[static_cast<std::size_t>(i)]), words[i]);
}

void RequestParserTest::brokenRequestsGetRedissErrors_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char* bytes, const char* error) {
        QTest::newRow(QByteArray(bytes).replace("\r\n", " ").constData()) << QByteArray(bytes) << QByteArray(error);
    };
    row("*x\r\n", "invalid multibulk length");
    row("*2147483648\r\n", "invalid multibulk length");
    row("*01\r\n", "invalid multibulk length");
    row("*1\r\nx3\r\nfoo\r\n", "expected '$', got 'x'");
    row("*1\r\n$x\r\n", "invalid bulk length");
    row("*1\r\n$-1\r\n", "invalid bulk length");
    row("*1\r\n$536870913\r\n", "invalid bulk length");
    row("*1\r\n$99999999999999999999\r\n", "invalid bulk length");
    row("\"a\r\n", "unbalanced quotes in request");
    row("'a'b\r\n", "unbalanced quotes in request");
}

void RequestParserTest::brokenRequestsGetRedissErrors()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, error);
    QCOMPARE(QByteArray::fromStdString(only(bytes.toStdString()).front()), "!ERR Protocol error: " + error);
}

void RequestParserTest::theUnauthenticatedMaySendLittle()
{
    engine::RequestLimits limits;
    limits.authenticated = false;
    QCOMPARE(only("*11\r\n", limits).front(), Bytes("!ERR Protocol error: unauthenticated multibulk length"));
    QCOMPARE(only("*1\r\n$16385\r\n", limits).front(), Bytes("!ERR Protocol error: unauthenticated bulk length"));
    QCOMPARE(only("*1\r\n$4\r\nPING\r\n", limits).front(), Bytes("PING"));
}

void RequestParserTest::anEndlessHeaderIsRefused()
{
    const std::size_t tooLong = 64 * 1024 + 1;
    QCOMPARE(only(Bytes(tooLong, 'x')).front(), Bytes("!ERR Protocol error: too big inline request"));
    QCOMPARE(only("*" + Bytes(tooLong, '1')).front(), Bytes("!ERR Protocol error: too big mbulk count string"));
    QCOMPARE(only("*1\r\n$" + Bytes(tooLong, '1')).front(), Bytes("!ERR Protocol error: too big bulk count string"));
    QVERIFY(requestsIn(Bytes(tooLong - 1, 'x'), 4096).empty());
}

void RequestParserTest::aRequestSaysHowMuchIsToCome()
{
    RequestParser parser;
    const Bytes head = "*2\r\n$3\r\nSET\r\n$1000\r\nabc";
    QCOMPARE(parser.parse(head), RequestParser::Outcome::Incomplete);
    QCOMPARE(parser.expectedBytes(), head.size() - 3 + 1000 + 2);
}

void RequestParserTest::anEmptyRequestHasNoWords()
{
    for (const char* bytes : {"*0\r\n", "*-1\r\n", "\r\n", "   \r\n"})
        QVERIFY2(only(bytes).empty(), bytes);
}

QTEST_GUILESS_MAIN(RequestParserTest)
#include "request_parser_test.moc"
