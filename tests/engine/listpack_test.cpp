// Listpack elements: every width of an integer and of a length, at its ends, forwards and backwards, and the bytes that
// Redis writes for them.

#include "engine/data/listpack.h"

#include <QTest>

#include <limits>
#include <string>
#include <vector>

using namespace engine;

namespace {

Bytes written(const ListpackElement& element)
{
    Bytes bytes(element.size(), '?');
    if (element.write(bytes.data()) != bytes.data() + bytes.size())
        return "it wrote another size than it said";
    return bytes;
}

Bytes hex(BytesView bytes)
{
    return QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())).toHex(' ').toStdString();
}

} // namespace

class ListpackTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void elementsAreWrittenAsRedisWritesThem_data();
    void elementsAreWrittenAsRedisWritesThem();
    void everyElementIsReadBackInBothDirections();
    void textThatOnlyLooksLikeANumberStaysText();
};

void ListpackTest::elementsAreWrittenAsRedisWritesThem_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("bytes");
    const auto row = [](const char* text, const char* bytes) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(bytes);
    };
    row("0", "00 01");
    row("127", "7f 01");
    row("128", "c0 80 02");
    row("-1", "df ff 02");
    row("4095", "cf ff 02");
    row("-4096", "d0 00 02");
    row("4096", "f1 00 10 03");
    row("-32768", "f1 00 80 03");
    row("32768", "f2 00 80 00 04");
    row("-8388608", "f2 00 00 80 04");
    row("8388608", "f3 00 00 80 00 05");
    row("2147483648", "f4 00 00 00 80 00 00 00 00 09");
    row("", "80 01");
    row("abc", "83 61 62 63 04");
}

void ListpackTest::elementsAreWrittenAsRedisWritesThem()
{
    QFETCH(const QString, text);
    QFETCH(const QString, bytes);
    QCOMPARE(hex(written(ListpackElement(text.toStdString()))), bytes.toStdString());
}

void ListpackTest::everyElementIsReadBackInBothDirections()
{
    std::vector<Bytes> texts;
    for (const std::size_t length : {0, 1, 62, 63, 64, 125, 126, 127, 4'095, 4'096, 16'380, 16'384, 3'000'000})
        texts.emplace_back(length, 'x');
    for (int bits = 0; bits < 63; ++bits)
        for (const std::int64_t near : {-1, 0, 1})
            for (const std::int64_t sign : {-1, 1})
                texts.push_back(std::to_string(sign * ((std::int64_t{1} << bits) + near)));
    texts.push_back(std::to_string(std::numeric_limits<std::int64_t>::min()));
    texts.push_back(std::to_string(std::numeric_limits<std::int64_t>::max()));

    Bytes all;
    for (const Bytes& text : texts)
        all += written(ListpackElement(text));
    const char* at = all.data();
    for (const Bytes& text : texts)
        QCOMPARE(Bytes(readListpack(at).view()), text);
    QCOMPARE(at, all.data() + all.size());
    for (std::size_t i = texts.size(); i-- > 0;)
        QCOMPARE(Bytes(readListpackBackward(at).view()), texts[i]);
    QCOMPARE(at, static_cast<const char*>(all.data()));

    for (const Bytes& text : texts)
        QCOMPARE(Bytes(skipListpack(at)), written(ListpackElement(text)));
    for (std::size_t i = texts.size(); i-- > 0;)
        QCOMPARE(Bytes(skipListpackBackward(at)), written(ListpackElement(texts[i])));
}

void ListpackTest::textThatOnlyLooksLikeANumberStaysText()
{
    for (const char* text : {"007", "+1", "-0", " 1", "1 ", "1.0", "9223372036854775808", "-", "1e3"}) {
        const Bytes bytes = written(ListpackElement(BytesView(text)));
        const char* at = bytes.data();
        const StringText read = readListpack(at);
        QVERIFY2(!read.integer(), text);
        QCOMPARE(Bytes(read.view()), Bytes(text));
    }
}

QTEST_GUILESS_MAIN(ListpackTest)

#include "listpack_test.moc"
