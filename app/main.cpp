// The desktop application. Everything it does begins in Workbench; here is only its command line.

#include "app/main_window.h"
#include "app/workbench.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>

#include <cstdio>

namespace {

// "--listen" may stand alone; QCommandLineParser knows options with a value or without one, so it is taken out
// beforehand.
struct ListenArgument {
    bool given = false;
    int port = 0; // 0: the one in the settings
    bool bad = false;
};

ListenArgument takeListen(QStringList& arguments)
{
    ListenArgument result;
    const qsizetype at = arguments.indexOf(QStringLiteral("--listen"));
    if (at < 0)
        return result;
    result.given = true;
    arguments.removeAt(at);
    bool isNumber = false;
    const int port = at < arguments.size() ? arguments[at].toInt(&isNumber) : 0;
    if (isNumber) {
        arguments.removeAt(at);
        result.port = port;
        result.bad = port < 1 || port > 65535;
    }
    return result;
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("ferrite-workbench"));
    QApplication::setApplicationDisplayName(QStringLiteral("Ferrite Workbench"));
    QApplication::setApplicationVersion(QStringLiteral(FERRITE_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("ferrite-workbench"));
    QApplication::setStyle(QStringLiteral("Fusion"));

    QStringList arguments = QApplication::arguments();
    const ListenArgument listen = takeListen(arguments);
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Write, run and step through Lua scripts for Redis."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("FILE"), QStringLiteral("Scripts to open."), QStringLiteral("[FILE…]"));
    if (!parser.parse(arguments)) {
        std::fprintf(stderr, "%s See ferrite-workbench --help.\n", qPrintable(parser.errorText()));
        return 2;
    }
    if (listen.bad) {
        std::fprintf(stderr, "--listen takes a port from 1 to 65535.\n");
        return 2;
    }
    if (parser.isSet(QStringLiteral("help"))) {
        std::printf("%s  --listen [PORT]  Start the listener at once.\n", qPrintable(parser.helpText()));
        return 0;
    }
    if (parser.isSet(QStringLiteral("version")))
        parser.showVersion();

    app::Workbench workbench;
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/ferrite-workbench.svg")));
    workbench.start(parser.positionalArguments());
    if (listen.given)
        workbench.startListener(listen.port);
    return QApplication::exec();
}
