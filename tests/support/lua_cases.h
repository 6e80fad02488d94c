#pragma once

// The scripts of lua_library_cases.txt and what redis-server 7.0.15 answers to them.

#include <QByteArray>
#include <QFile>
#include <QTest>

namespace tests {

inline QByteArray supportFile(const char* name)
{
    QFile file(QStringLiteral(FERRITE_SOURCE_DIR "/tests/support/") + name);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(file.fileName()));
    return file.readAll();
}

/// A script that shows what the body of a case returns.
inline QByteArray showing(const QByteArray& body)
{
    return supportFile("lua_show.lua") + "return show(pcall(function() " + body + "\nend))";
}

/// Columns `body` and `answer`, a row a case.
inline void addLuaCases()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("answer");
    QByteArray body;
    for (const QByteArray& line : supportFile("lua_library_cases.txt").split('\n')) {
        if (line.startsWith("> "))
            body = line.mid(2);
        else if (!body.isEmpty())
            QTest::newRow(body.left(200).constData()) << std::exchange(body, {}) << line;
    }
}

} // namespace tests
