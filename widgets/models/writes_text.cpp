#include "widgets/models/writes_text.h"

#include "widgets/models/counted_text.h"
#include "widgets/models/value_text.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace widgets {

namespace {

constexpr int kLongestName = 60; // characters
constexpr std::size_t kMostDifferent = 4; // keys that are named

struct WritesText {
    Q_DECLARE_TR_FUNCTIONS(widgets::WritesText)
};

QString keyCount(qint64 count)
{
    return counted(WritesText::tr("%n key(s)", nullptr, static_cast<int>(count)), count);
}

QString keyName(int database, const engine::Bytes& key)
{
    const QString name = textOf(key, kLongestName);
    return database == 0 ? WritesText::tr("“%1”").arg(name)
                         : WritesText::tr("“%1” in database %2").arg(name).arg(database);
}

QString fateText(debugger::KeyFate fate)
{
    switch (fate) {
    case debugger::KeyFate::Created:
        return WritesText::tr("created");
    case debugger::KeyFate::Removed:
        return WritesText::tr("removed");
    case debugger::KeyFate::Expired:
        return WritesText::tr("expired");
    case debugger::KeyFate::Changed:
        return WritesText::tr("changed");
    case debugger::KeyFate::Retimed:
        return WritesText::tr("given another time to live");
    }
    return {};
}

QString joined(QStringList names, qint64 leftOut)
{
    if (leftOut > 0)
        names.append(WritesText::tr("%1 more").arg(leftOut));
    if (names.size() < 2)
        return names.join(QString());
    const QString last = names.takeLast();
    return WritesText::tr("%1 and %2").arg(names.join(QStringLiteral(", ")), last);
}

QString differentText(const std::vector<debugger::TouchedKey>& different)
{
    QStringList names;
    for (const debugger::TouchedKey& key : different) {
        if (names.size() == int(kMostDifferent))
            break;
        names.append(keyName(key.database, key.key));
    }
    return WritesText::tr("Other than in the session: %1.").arg(joined(names, qint64(different.size()) - names.size()));
}

QString nothingWhileHeld()
{
    return WritesText::tr("Nothing was written. %1").arg(heldText(debugger::Holder::OtherSession));
}

} // namespace

QString heldText(debugger::Holder holder)
{
    switch (holder) {
    case debugger::Holder::ThisSession:
        return WritesText::tr("A sync session of this window's debugger has the data to itself. Let its script end, or "
                              "press Shift+F5, and try again.");
    case debugger::Holder::OtherSession:
        return WritesText::tr("A client of the listener debugs with SCRIPT DEBUG SYNC and has the data to itself. Try "
                              "again when its session has ended.");
    case debugger::Holder::Nobody:
        break;
    }
    return {};
}

qint64 conflictCount(const debugger::ApplyReport& report)
{
    return static_cast<qint64>(report.conflicts.size() + report.conflictsLeftOut);
}

QString conflictsText(const debugger::ApplyReport& report, std::size_t most)
{
    QStringList names;
    for (const debugger::KeyConflict& each : report.conflicts) {
        if (names.size() == int(most))
            break;
        const QString name = keyName(each.database, each.key);
        names.append(each.written ? WritesText::tr("%1 (%2)").arg(name, fateText(each.fate))
                                  : WritesText::tr("%1 (%2; the script only read it)").arg(name, fateText(each.fate)));
    }
    return joined(names, conflictCount(report) - names.size());
}

QString applyText(const debugger::ApplyReport& report)
{
    switch (report.outcome) {
    case debugger::ApplyOutcome::Held:
        return nothingWhileHeld();
    case debugger::ApplyOutcome::Refused:
        return WritesText::tr("Nothing was written: on the data as they are now, %1 fails with %2")
            .arg(commandLine(report.refused, 80), textOf(report.refusal, 200));
    case debugger::ApplyOutcome::Conflict:
        return WritesText::tr("Nothing was written: since the session took its snapshot, somebody else has touched %1 "
                              "that the script used: %2.")
            .arg(keyCount(conflictCount(report)), conflictsText(report));
    case debugger::ApplyOutcome::Done:
        break;
    }
    const auto keys = static_cast<qint64>(report.applied.keys.size());
    const QString done =
        WritesText::tr("Applied: the script's writes have changed %1 of the live data.").arg(keyCount(keys));
    return report.different.empty() ? done : done + QLatin1Char(' ') + differentText(report.different);
}

QString undoText(const debugger::ApplyReport& report)
{
    switch (report.outcome) {
    case debugger::ApplyOutcome::Held:
        return nothingWhileHeld();
    case debugger::ApplyOutcome::Conflict:
        return WritesText::tr("Not taken back: since then, somebody else has touched %1: %2.")
            .arg(keyCount(conflictCount(report)), conflictsText(report));
    case debugger::ApplyOutcome::Refused:
    case debugger::ApplyOutcome::Done:
        break;
    }
    return WritesText::tr("Taken back: %1 of the live data as before.").arg(keyCount(qint64(report.commands)));
}

QString keptText(const debugger::ApplyReport& report)
{
    if (report.outcome != debugger::ApplyOutcome::Done)
        return nothingWhileHeld();
    const auto keys = static_cast<qint64>(report.applied.keys.size());
    const QString done = keys == 0
        ? WritesText::tr("The sync session is over. It has written nothing; everybody else goes on.")
        : WritesText::tr(
            "The sync session is over. Its writes have changed %1 of the live data and stay; everybody else "
            "goes on.")
              .arg(keyCount(keys));
    return report.different.empty() ? done : done + QLatin1Char(' ') + differentText(report.different);
}

} // namespace widgets
