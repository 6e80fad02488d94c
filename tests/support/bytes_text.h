#pragma once

// Lets QCOMPARE show bytes, quoted and with what does not print escaped.

#include <QByteArray>
#include <QtTest>

#include <string>

namespace QTest {

template <>
inline char* toString(const std::string& bytes)
{
    return toPrettyCString(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

} // namespace QTest
