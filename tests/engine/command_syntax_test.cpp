// The grammar of arguments, and the table's rows by it.

#include "engine/command/command_syntax.h"
#include "engine/command/command_facts.h"
#include "engine/command/command_table.h"

#include <QTest>

using namespace engine;

namespace {

Bytes described(const std::vector<SyntaxArgument>& arguments)
{
    Bytes text;
    for (const SyntaxArgument& argument : arguments) {
        text += (text.empty() ? "" : " ") + argument.name + "<" + Bytes(argumentTypeName(argument.type)) + ">";
        if (argument.keySpec >= 0)
            text += "@" + std::to_string(argument.keySpec);
        if (!argument.token.empty())
            text += "=" + argument.token;
        text += argument.optional ? "?" : "";
        text += argument.multiple ? "*" : "";
        text += argument.multipleToken ? "*" : "";
        if (!argument.arguments.empty())
            text += "{" + described(argument.arguments) + "}";
    }
    return text;
}

CommandSpec specOf(BytesView syntax)
{
    return {.name = "test", .syntax = syntax, .arity = -1, .keys = {KeySpec::one(1), KeySpec::one(2)}};
}

} // namespace

class CommandSyntaxTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aGrammarBecomesATree_data();
    void aGrammarBecomesATree();
    void aBrokenGrammarSaysWhere_data();
    void aBrokenGrammarSaysWhere();
    void everyRowIsComplete();
    void namesAreFoundInAnyCase();
};

void CommandSyntaxTest::aGrammarBecomesATree_data()
{
    QTest::addColumn<QByteArray>("syntax");
    QTest::addColumn<QByteArray>("tree");
    QTest::addColumn<QByteArray>("line");
    const auto row = [](const char* syntax, const char* tree, const char* line) {
        QTest::newRow(syntax) << QByteArray(syntax) << QByteArray(tree) << QByteArray(line);
    };
    row("", "", "");
    row("key:key value:string", "key<key>@0 value<string>", "key value");
    row("a:key b:key c:key", "a<key>@0 b<key>@1 c<key>@1", "a b c");
    row("a:key b:key@0", "a<key>@0 b<key>@0", "a b");
    row("key:key [BY pattern:pattern@1]", "key<key>@0 pattern<pattern>@1=BY?", "key [BY pattern]");
    row("[NX|XX]:condition", "condition<oneof>?{nx<pure-token>=NX xx<pure-token>=XX}", "[NX|XX]");
    row("[GET]", "get<pure-token>=GET?", "[GET]");
    row("[ALPHA:sorting]", "sorting<pure-token>=ALPHA?", "[ALPHA]");
    row("[EX seconds:integer|KEEPTTL]:expiration",
        "expiration<oneof>?{seconds<integer>=EX keepttl<pure-token>=KEEPTTL}", "[EX seconds|KEEPTTL]");
    row("key:key...", "key<key>@0*", "key [key ...]");
    row("[PREFIX prefix:string]...", "prefix<string>=PREFIX?**", "[PREFIX prefix [PREFIX prefix ...]]");
    row("[WEIGHTS weight:integer...]", "weight<integer>=WEIGHTS?*", "[WEIGHTS weight [weight ...]]");
    row("(field:string value:string)...:field_value", "field_value<block>*{field<string> value<string>}",
        "field value [field value ...]");
    row("[LIMIT (offset:integer count:integer):limit]", "limit<block>=LIMIT?{offset<integer> count<integer>}",
        "[LIMIT offset count]");
    row("(BEFORE|AFTER):where pivot:string",
        "where<oneof>{before<pure-token>=BEFORE after<pure-token>=AFTER} pivot<string>", "<BEFORE|AFTER> pivot");
    row("TYPE (A|B)", "a_b<oneof>=TYPE{a<pure-token>=A b<pure-token>=B}", "TYPE <A|B>");
    row("[(version:integer [AUTH (user:string password:string):login]):arguments]",
        "arguments<block>?{version<integer> login<block>=AUTH?{user<string> password<string>}}",
        "[version [AUTH user password]]");
    row("ip:port:string", "ip:port<string>", "ip:port");
}

void CommandSyntaxTest::aGrammarBecomesATree()
{
    QFETCH(QByteArray, syntax);
    QFETCH(QByteArray, tree);
    QFETCH(QByteArray, line);
    const auto parsed =
        parseCommandSyntax(specOf(BytesView(syntax.constData(), static_cast<std::size_t>(syntax.size()))));
    QVERIFY2(parsed.ok(), parsed.ok() ? "" : parsed.error().c_str());
    QCOMPARE(QByteArray::fromStdString(described(*parsed)), tree);
    QCOMPARE(QByteArray::fromStdString(syntaxLine(*parsed)), line);
}

void CommandSyntaxTest::aBrokenGrammarSaysWhere_data()
{
    QTest::addColumn<QByteArray>("syntax");
    for (const char* syntax : {"[a:string", "a:string]", "(a:string b:string)", "a", "a:nosuch",
             "[a:string b:string|C]", "a:key@7", "(A|B", "[|A]:x"})
        QTest::newRow(syntax) << QByteArray(syntax);
}

void CommandSyntaxTest::aBrokenGrammarSaysWhere()
{
    QFETCH(QByteArray, syntax);
    const auto parsed =
        parseCommandSyntax(specOf(BytesView(syntax.constData(), static_cast<std::size_t>(syntax.size()))));
    QVERIFY(!parsed.ok());
    QVERIFY(parsed.error().find(syntax.toStdString()) != Bytes::npos);
}

void CommandSyntaxTest::everyRowIsComplete()
{
    const CommandTable table;
    QVERIFY(table.indexCount() > 40);
    for (std::size_t i = 0; i < table.indexCount(); ++i) {
        const Command& command = table.at(i);
        const CommandSpec& spec = *command.spec;
        const char* name = command.fullName.c_str();
        QCOMPARE(command.index, i);
        QVERIFY2(lowered(spec.name) == spec.name, name);
        QVERIFY2(spec.arity != 0, name);
        QVERIFY2(spec.run || command.isContainer(), name);
        QVERIFY2(!spec.summary.empty() && spec.summary.ends_with('.'), name);
        QVERIFY2(!spec.complexity.empty() && !spec.since.empty(), name);
        const auto parsed = parseCommandSyntax(spec);
        QVERIFY2(parsed.ok(), (command.fullName + ": " + (parsed.ok() ? "" : parsed.error())).c_str());
    }
}

void CommandSyntaxTest::namesAreFoundInAnyCase()
{
    const CommandTable table;
    QVERIFY(table.find("PiNg") == table.find("ping"));
    QVERIFY(table.find("ping"));
    QVERIFY(!table.find("pin"));
    QVERIFY(!table.find(""));
    // Folding letters by one bit must not take other bytes for letters.
    QVERIFY(!table.find("p\x09ng"));
    QVERIFY(!table.find("\x50\x49\x4e\x07"));
    QCOMPARE(table.findFullName("CONFIG|Get")->fullName, Bytes("config|get"));
    QVERIFY(!table.findFullName("config|nosuch"));
    QVERIFY(!table.findFullName("ping|x"));
    const BytesView words[] = {"config", "GET", "x"};
    QCOMPARE(table.resolve(words)->fullName, Bytes("config|get"));
}

QTEST_GUILESS_MAIN(CommandSyntaxTest)
#include "command_syntax_test.moc"
