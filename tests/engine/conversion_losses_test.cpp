#include "engine/script/conversion_losses.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace engine;

namespace {

LuaTree bare(LuaKind kind, const char* text = "")
{
    LuaTree tree;
    tree.value.kind = kind;
    tree.value.text = text;
    return tree;
}

LuaTree number(double value)
{
    LuaTree tree = bare(LuaKind::Number);
    tree.value.number = value;
    return tree;
}

LuaTree text(const char* bytes)
{
    LuaTree tree = bare(LuaKind::String);
    tree.value.bytes = bytes;
    return tree;
}

LuaTree boolean(bool isTrue)
{
    return bare(LuaKind::Boolean, isTrue ? "true" : "false");
}

LuaTree at(double index, LuaTree value)
{
    value.key = number(index).value;
    return value;
}

LuaTree named(const char* name, LuaTree value)
{
    value.key = text(name).value;
    return value;
}

LuaTree table(std::vector<LuaTree> entries)
{
    LuaTree tree = bare(LuaKind::Table);
    tree.entries = std::move(entries);
    return tree;
}

using Losses = std::vector<ConversionLoss>;

} // namespace

class ConversionLossesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatAReplyKeepsIsNotALoss()
    {
        QCOMPARE(findLosses(number(42), 1), Losses{});
        QCOMPARE(findLosses(text("a\nb"), 1), Losses{});
        QCOMPARE(findLosses(table({at(1, number(1)), at(2, text("x"))}), 1), Losses{});
        QCOMPARE(findLosses(table({named("ok", text("OK"))}), 1), Losses{});
    }

    void numbersLoseFractionsAndRange()
    {
        QCOMPARE(findLosses(number(3.99), 1), (Losses{{{}, LossRule::FractionCut}}));
        QCOMPARE(findLosses(number(std::nan("")), 1), (Losses{{{}, LossRule::NotFinite}}));
        QCOMPARE(findLosses(number(-std::numeric_limits<double>::infinity()), 1), (Losses{{{}, LossRule::NotFinite}}));
        QCOMPARE(findLosses(number(1e30), 1), (Losses{{{}, LossRule::TooLarge}}));
        QCOMPARE(findLosses(number(9007199254740992.0), 1), Losses{});
        QCOMPARE(findLosses(number(9007199254740994.0), 1), (Losses{{{}, LossRule::Imprecise}}));
    }

    void anArrayEndsAtTheFirstHole()
    {
        const LuaTree holed = table({at(1, number(1)), at(3, text("lost"))});
        QCOMPARE(findLosses(holed, 1), (Losses{{{1}, LossRule::NilEndsArray}}));
    }

    void namedFieldsAreDroppedUnlessOneMarksTheReply()
    {
        QCOMPARE(findLosses(table({named("success", boolean(true))}), 1), (Losses{{{0}, LossRule::KeyDropped}}));
        QCOMPARE(findLosses(table({named("err", text("E\r\nF")), at(1, number(1))}), 1),
            (Losses{{{1}, LossRule::FieldIgnored}, {{}, LossRule::LineBreakReplaced}}));
        // A marker of the wrong type marks nothing.
        QCOMPARE(findLosses(table({named("err", number(5))}), 1), (Losses{{{0}, LossRule::KeyDropped}}));
    }

    void nestedLossesSayWhere()
    {
        const LuaTree nested = table({at(1, table({at(1, number(0.5))})), at(2, boolean(false))});
        QCOMPARE(findLosses(nested, 2),
            (Losses{
                {{}, LossRule::ExtraValuesDropped}, {{0, 0}, LossRule::FractionCut}, {{1}, LossRule::FalseIsNull}}));
    }

    void everyRuleHasItsText()
    {
        for (const LossText& row : lossTexts()) {
            QCOMPARE(&lossText(row.rule), &row);
            QVERIFY(!row.id.empty() && !row.what.empty() && !row.instead.empty());
        }
    }
};

QTEST_GUILESS_MAIN(ConversionLossesTest)
#include "conversion_losses_test.moc"
