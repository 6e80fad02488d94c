#include "tests/support/script_rows.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>

#include <algorithm>
#include <map>

namespace tests {

using namespace engine;

namespace {

// "why" of "text  [ours: why]", which is taken off; empty where there is none.
Bytes takeNote(Bytes& text, BytesView kind)
{
    const Bytes mark = "  [" + Bytes(kind) + ": ";
    const std::size_t at = text.find(mark);
    if (at == Bytes::npos || !text.ends_with("]"))
        return {};
    const Bytes note = text.substr(at + mark.size(), text.size() - at - mark.size() - 1);
    text.resize(at);
    return note;
}

std::vector<Bytes> split(const Bytes& text)
{
    std::vector<Bytes> parts;
    for (const QString& part : QString::fromStdString(text).split(QStringLiteral("; "), Qt::SkipEmptyParts))
        parts.push_back(part.toStdString());
    return parts;
}

Bytes textOfFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(path));
    return file.readAll().toStdString();
}

} // namespace

ScriptRows readScriptRows(BytesView text)
{
    static const QRegularExpression form(QStringLiteral(R"(^([A-J](?:\.\d+)*)  (\S.*)$)"));
    ScriptRows list;
    Bytes part;
    int last = 0;
    for (const QString& line : QString::fromUtf8(text.data(), static_cast<int>(text.size())).split('\n')) {
        if (line.isEmpty() || line.startsWith('#'))
            continue;
        const auto match = form.match(line);
        const Bytes number = match.captured(1).toStdString();
        if (!part.empty() && number == part + "." + std::to_string(last + 1)) {
            ++last;
            ScriptRow row{
                .number = number, .text = match.captured(2).toStdString(), .onlyOurs = {}, .absent = {}, .hazards = {}};
            row.onlyOurs = takeNote(row.text, "ours");
            row.absent = takeNote(row.text, "absent");
            row.hazards = split(takeNote(row.text, "hazard"));
            list.rows.push_back(std::move(row));
        } else if (match.hasMatch() && number > part && list.parts.insert(number).second) {
            part = number;
            last = 0;
        } else {
            list.faults.push_back("no part, and no row that follows the one before: " + line.toStdString());
        }
    }
    return list;
}

std::vector<RowLabel> rowLabelsIn(BytesView text, const Bytes& file, bool asksRedis)
{
    static const QRegularExpression form(
        QStringLiteral(R"((?:^\s*(?:#|//) |")([A-J](?:\.\d+)+(?:, [A-J](?:\.\d+)+)*): )"));
    std::vector<RowLabel> labels;
    int number = 0;
    for (const QString& line : QString::fromLatin1(text.data(), static_cast<int>(text.size())).split('\n')) {
        ++number;
        const auto match = form.match(line);
        for (const QString& label : match.captured(1).split(QStringLiteral(", "), Qt::SkipEmptyParts))
            labels.push_back({label.toStdString(), file + ":" + std::to_string(number), asksRedis});
    }
    return labels;
}

std::vector<RowLabel> rowLabels()
{
    std::vector<RowLabel> labels;
    const auto add = [&](const QString& path, bool always) {
        const Bytes text = textOfFile(path);
        const bool asksRedis = always || BytesView(text).substr(0, text.find('\n')).find("oracle") != BytesView::npos;
        const auto found = rowLabelsIn(text, QFileInfo(path).fileName().toStdString(), asksRedis);
        labels.insert(labels.end(), found.begin(), found.end());
    };
    const QString tests = QStringLiteral(FERRITE_SOURCE_DIR "/tests/");
    add(tests + QStringLiteral("support/lua_library_cases.txt"), true);
    for (QDirIterator files(tests, {"*.test", "*_test.cpp"}, QDir::Files, QDirIterator::Subdirectories);
         files.hasNext();) {
        const QString path = files.next();
        // The test of all this has made-up ones.
        if (!path.endsWith(QStringLiteral("script_rows_test.cpp")))
            add(path, path.endsWith(QStringLiteral(".test")));
    }
    return labels;
}

std::vector<Bytes> rowFaults(
    const ScriptRows& list, const std::vector<RowLabel>& labels, const std::set<Bytes>& hazards)
{
    std::vector<Bytes> faults = list.faults;
    std::map<Bytes, bool> asked; // by number: whether of redis-server too
    for (const RowLabel& label : labels) {
        asked[label.number] |= label.asksRedis;
        const bool known = list.parts.contains(label.number)
            || std::ranges::find(list.rows, label.number, &ScriptRow::number) != list.rows.end();
        if (!known)
            faults.push_back(label.place + ": there is no row " + label.number);
    }
    for (const ScriptRow& row : list.rows) {
        const auto place = asked.find(row.number);
        const bool named = place != asked.end();
        if (!named && row.hazards.empty() && row.absent.empty())
            faults.push_back(row.number + " " + row.text + ": no test names it");
        if (named && !row.absent.empty())
            faults.push_back(row.number + " " + row.text + ": a test names it, though nothing could show it");
        if (named && !place->second && row.onlyOurs.empty() && row.hazards.empty() && row.absent.empty())
            faults.push_back(row.number + " " + row.text + ": redis-server is not asked, and it is not said why");
        if (named && place->second && !row.onlyOurs.empty())
            faults.push_back(row.number + " " + row.text + ": redis-server is asked, though it is said why not");
        for (const Bytes& name : row.hazards) {
            if (!hazards.contains(name))
                faults.push_back(row.number + " " + row.text + ": there is no hostile script " + name);
        }
    }
    return faults;
}

} // namespace tests
