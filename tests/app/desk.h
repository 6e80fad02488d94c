#pragma once

// The window as a test has it before it: started on folders of its own, with a person in front of it. Header only, as
// person.h.

#include "app/main_window.h"
#include "app/workbench.h"
#include "tests/app/person.h"

#include <QTemporaryDir>

namespace tests {

/// A window on folders of its own, shown and active.
class Desk {
public:
    explicit Desk(const QTemporaryDir& folder, const QStringList& files = {})
        : m_workbench(
            app::Settings(folder.filePath(QStringLiteral("config")), folder.filePath(QStringLiteral("state")))),
          person(m_workbench.window())
    {
        m_workbench.start(files);
        // The same size wherever it runs, so that pictures can be compared.
        m_workbench.window().resize(1440, 900);
        Person::activate(m_workbench.window());
        ready = QTest::qWaitForWindowActive(&m_workbench.window());
    }

    QMainWindow& window() { return m_workbench.window(); }

private:
    app::Workbench m_workbench;

public:
    const Person person;
    bool ready = false;
};

/// Writes a file into the folder and gives its path; empty when it could not be written.
inline QString fileWith(const QTemporaryDir& folder, const QString& name, const QByteArray& script)
{
    const QString path = folder.filePath(name);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(script) != script.size())
        return {};
    return path;
}

/// Rows for a test whose window is to be seen in each theme: "theme".
inline void addThemes()
{
    QTest::addColumn<QString>("theme");
    QTest::newRow("light") << QStringLiteral("light");
    QTest::newRow("dark") << QStringLiteral("dark");
}

/// Makes the window of a desk on this folder have a theme; false when that could not be written.
inline bool chooseTheme(const QTemporaryDir& folder, const QString& theme)
{
    return QDir(folder.path()).mkpath(QStringLiteral("config"))
        && !fileWith(folder, QStringLiteral("config/workbench.ini"), "[General]\ntheme=" + theme.toLatin1() + "\n")
                .isEmpty();
}

} // namespace tests
