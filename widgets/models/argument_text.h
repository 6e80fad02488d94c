#pragma once

// Argument lists as people write and paste them, and the names that scripts give their arguments in comments. Pure.

#include <QByteArray>
#include <QList>
#include <QMap>
#include <QString>

namespace widgets {

struct ParsedArguments {
    QList<QByteArray> keys;
    QList<QByteArray> argv;
    QString note; // what was put right, with a word why; empty when nothing was
    QString error; // why nothing could be read; empty when it could
};

/// Reads `a b , c d`; a `redis-cli … --eval file a b , c d` line; or `EVAL "script" 2 a b c d` (EVALSHA, EVAL_RO, …).
/// Words are quoted as in redis-cli. A key count where redis-cli takes none and a comma glued to a word are put right.
ParsedArguments parseArguments(const QByteArray& line);

/// One word, quoted for a shell or redis-cli if it has to be.
QByteArray quotedWord(const QByteArray& word);

/// Names from comments such as `-- KEYS[1] = counter` or `-- ARGV[2]: window`: "KEYS[1]" to "counter".
QMap<QString, QString> argumentNames(const QByteArray& script);

/// The bytes as one line of printable text: \n, \t, \\ and \xHH stand for the rest.
QString escaped(const QByteArray& bytes);
/// The reverse. A lone or unknown backslash stands for itself.
QByteArray unescaped(const QString& text);

} // namespace widgets
