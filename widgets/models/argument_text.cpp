#include "widgets/models/argument_text.h"

#include "engine/resp/request_parser.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <cctype>

namespace widgets {

namespace {

using Words = QList<QByteArray>;

QString tr(const char* text)
{
    return QCoreApplication::translate("ArgumentText", text);
}

bool isWholeNumber(const QByteArray& word)
{
    return !word.isEmpty() && word.size() < 7 && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

// Splits at the first lone comma; a comma glued to a word is put right, with a note.
ParsedArguments splitAtComma(Words words)
{
    ParsedArguments result;
    qsizetype comma = words.indexOf(",");
    if (comma < 0) {
        const auto glued =
            std::ranges::find_if(words, [](const QByteArray& word) { return word.size() > 1 && word.endsWith(','); });
        if (glued != words.end()) {
            glued->chop(1);
            comma = glued - words.begin() + 1;
            words.insert(comma, ",");
            result.note = tr("The comma between keys and arguments must stand by itself: redis-cli would take it for a "
                             "part of the key.");
        }
    }
    result.keys = words.mid(0, comma < 0 ? words.size() : comma);
    if (comma >= 0)
        result.argv = words.mid(comma + 1);
    return result;
}

ParsedArguments splitByCount(const Words& words, const QByteArray& count)
{
    ParsedArguments result;
    if (!isWholeNumber(count) || count.toLongLong() > words.size()) {
        result.error = tr("The number of keys, %1, does not fit the %2 words behind it.")
                           .arg(QString::fromUtf8(count))
                           .arg(words.size());
        return result;
    }
    result.keys = words.mid(0, count.toLongLong());
    result.argv = words.mid(count.toLongLong());
    return result;
}

// What stands behind `--eval file` of a redis-cli line.
ParsedArguments parseCommandLine(const Words& words)
{
    const bool hasComma = std::ranges::any_of(words, [](const QByteArray& word) { return word.endsWith(','); });
    if (hasComma || words.isEmpty() || !isWholeNumber(words.front()) || words.front().toLongLong() >= words.size())
        return splitAtComma(words);
    ParsedArguments result = splitByCount(words.mid(1), words.front());
    result.note =
        tr("redis-cli --eval takes no number of keys: it would have taken all words for keys. Keys and arguments are "
           "separated by a comma that stands by itself.");
    return result;
}

// Direction marks, separators and control characters would make a line look like another, or like two.
bool isShownAsItIs(char32_t point)
{
    return point != '\\' && (point == ' ' || (QChar::isPrint(point) && QChar::category(point) != QChar::Other_Format));
}

// The short form of an escape; null when there is none.
const char* escapeNameOf(char32_t point)
{
    switch (point) {
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return nullptr;
    }
}

} // namespace

ParsedArguments parseArguments(const QByteArray& line)
{
    std::vector<engine::Bytes> split;
    if (!engine::splitQuoted(engine::BytesView(line.constData(), static_cast<std::size_t>(line.size())), split))
        return {.keys = {},
            .argv = {},
            .note = {},
            .error = tr("The quotes do not match. Close each one, and leave a blank behind it.")};
    Words words;
    for (const engine::Bytes& word : split)
        words.append(QByteArray::fromStdString(word));

    const qsizetype evalOption = words.indexOf("--eval");
    if (evalOption >= 0)
        return parseCommandLine(words.mid(evalOption + 2));
    static const QRegularExpression evalCommand(QStringLiteral("^(eval|evalsha|eval_ro|evalsha_ro|fcall|fcall_ro)$"),
        QRegularExpression::CaseInsensitiveOption);
    const auto isCall = [](const QByteArray& word) { return evalCommand.match(QString::fromUtf8(word)).hasMatch(); };
    // As it is typed, or behind the name of the program that sends it.
    if (words.size() >= 4 && words.front() == "redis-cli" && isCall(words[1]))
        words.removeFirst();
    if (words.size() >= 3 && isCall(words.front()))
        return splitByCount(words.mid(3), words[2]);
    return splitAtComma(words);
}

QByteArray quotedWord(const QByteArray& word)
{
    const bool plain = !word.isEmpty() && word != "," && std::ranges::all_of(word, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || QByteArrayView("_-:./,@%+={}").contains(c);
    });
    if (plain)
        return word;
    QByteArray escapedQuotes = escaped(word).toUtf8();
    escapedQuotes.replace('"', "\\\"");
    return '"' + escapedQuotes + '"';
}

QMap<QString, QString> argumentNames(const QByteArray& script)
{
    static const QRegularExpression comment(
        QStringLiteral("^\\s*--+\\s*((?:KEYS|ARGV)\\[\\d+\\])\\s*[=:]\\s*(\\S.*?)\\s*$"),
        QRegularExpression::MultilineOption);
    QMap<QString, QString> names;
    // Comments of this kind stand at a script's head; a megabyte of data behind them is not searched.
    constexpr qsizetype kHeadBytes = 16 * 1024;
    auto found = comment.globalMatch(QString::fromUtf8(script.left(kHeadBytes)));
    while (found.hasNext()) {
        const auto match = found.next();
        if (!names.contains(match.captured(1)))
            names.insert(match.captured(1), match.captured(2));
    }
    return names;
}

QString escaped(const QByteArray& bytes)
{
    const QString text = QString::fromUtf8(bytes);
    // Bytes that are no UTF-8 come back changed: then every byte beyond ASCII is written by its number.
    const bool isText = text.toUtf8() == bytes;
    QString result;
    const auto appendByte = [&result](char byte) {
        result += QStringLiteral("\\x%1").arg(static_cast<uchar>(byte), 2, 16, QLatin1Char('0'));
    };
    if (!isText) {
        for (const char byte : bytes) {
            if (static_cast<uchar>(byte) < 0x80 && isShownAsItIs(static_cast<uchar>(byte)))
                result += QLatin1Char(byte);
            else if (const char* name = escapeNameOf(static_cast<uchar>(byte)))
                result += QLatin1String(name);
            else
                appendByte(byte);
        }
        return result;
    }
    for (const char32_t point : text.toUcs4()) {
        if (isShownAsItIs(point))
            result += QChar::fromUcs4(point);
        else if (const char* name = escapeNameOf(point))
            result += QLatin1String(name);
        else
            std::ranges::for_each(QStringView(QChar::fromUcs4(point)).toUtf8(), appendByte);
    }
    return result;
}

QByteArray unescaped(const QString& text)
{
    const QByteArray bytes = text.toUtf8();
    QByteArray result;
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        if (bytes[i] != '\\' || i + 1 == bytes.size()) {
            result += bytes[i];
            continue;
        }
        bool isHex = false;
        // Two digits and nothing else: a number's sign or a blank before it is text.
        const QByteArray digits = bytes[i + 1] == 'x' && i + 3 < bytes.size() ? bytes.mid(i + 2, 2) : QByteArray();
        const bool areDigits = std::ranges::all_of(digits, [](char c) { return std::isxdigit(static_cast<uchar>(c)); });
        const int byte = areDigits ? digits.toInt(&isHex, 16) : 0;
        if (isHex) {
            result += static_cast<char>(byte);
            i += 3;
            continue;
        }
        const qsizetype known = QByteArrayView("\\nrt").indexOf(bytes[i + 1]);
        if (known < 0) {
            result += '\\';
            continue;
        }
        result += "\\\n\r\t"[known];
        ++i;
    }
    return result;
}

} // namespace widgets
