#include "engine/script/conversion_losses.h"

#include "engine/base/check.h"

#include <algorithm>
#include <cmath>

namespace engine {

namespace {

constexpr LossText kTexts[] = {
    {LossRule::FractionCut, "fraction-cut", "A number becomes an integer reply: its fraction is cut off.",
        "Return tostring(x), or string.format('%.2f', x)."},
    {LossRule::NotFinite, "not-finite", "NaN and infinity have no integer: the caller gets -9223372036854775808.",
        "Return tostring(x), or check the number first."},
    {LossRule::TooLarge, "too-large", "The number does not fit 64 bits: the caller gets -9223372036854775808.",
        "Return it as a string: string.format('%.0f', x)."},
    {LossRule::Imprecise, "imprecise",
        "Lua keeps 53 bits of an integer: beyond 9007199254740992 digits may be wrong already.",
        "Keep the number as a string, and count with INCRBY instead of in Lua."},
    {LossRule::FalseIsNull, "false-is-null", "false becomes a null reply.", "Return 0, or a word."},
    {LossRule::TrueIsOne, "true-is-one", "true becomes the integer 1.",
        "Return 1 yourself, or a word, so that callers expect it."},
    {LossRule::NilEndsArray, "nil-ends-array", "An array ends at its first nil: what stands behind it is not sent.",
        "Put false in the place of nil: it is sent as null."},
    {LossRule::KeyDropped, "key-dropped", "Only elements 1, 2, 3, … are sent: other keys are dropped.",
        "Return cjson.encode(t), or a flat array of names and values."},
    {LossRule::TypeHasNoReply, "no-reply-type", "Functions, coroutines and userdata become a null reply.",
        "Return a string or a number."},
    {LossRule::LineBreakReplaced, "line-break", "Line breaks in a status or an error become spaces.",
        "Return a plain string, which keeps every byte."},
    {LossRule::FieldIgnored, "field-ignored",
        "A table with an err, ok, double, map, set, … field becomes that reply: its other entries are ignored.",
        "Return one kind of reply."},
    {LossRule::ExtraValuesDropped, "extra-values", "Only the first returned value is sent.",
        "Return a table: return {a, b}."},
};

constexpr double kLargestExact = 9007199254740992.0; // 2^53
constexpr double kBeyondInteger = 9223372036854775808.0; // 2^63

const LuaTree* fieldNamed(const LuaTree& table, BytesView name)
{
    const auto found = std::ranges::find_if(table.entries,
        [name](const LuaTree& entry) { return entry.key.kind == LuaKind::String && entry.key.bytes == name; });
    return found == table.entries.end() ? nullptr : &*found;
}

bool isArrayIndex(const LuaTree& entry, std::size_t& index)
{
    const double number = entry.key.number;
    if (entry.key.kind != LuaKind::Number || number < 1 || number != std::trunc(number) || number > kLargestExact)
        return false;
    index = static_cast<std::size_t>(number);
    return true;
}

class Search {
public:
    std::vector<ConversionLoss> losses;

    void visit(const LuaTree& tree)
    {
        switch (tree.value.kind) {
        case LuaKind::Nil:
        case LuaKind::String:
            return;
        case LuaKind::Boolean:
            return add(tree.value.text == "true" ? LossRule::TrueIsOne : LossRule::FalseIsNull);
        case LuaKind::Number:
            return visitNumber(tree.value.number);
        case LuaKind::Table:
            return visitTable(tree);
        case LuaKind::Function:
        case LuaKind::Thread:
        case LuaKind::Userdata:
            return add(LossRule::TypeHasNoReply);
        }
    }

private:
    std::vector<std::size_t> m_path;

    void add(LossRule rule) { losses.push_back({m_path, rule}); }

    void addAt(std::size_t entry, LossRule rule)
    {
        m_path.push_back(entry);
        add(rule);
        m_path.pop_back();
    }

    void visitEntry(const LuaTree& table, std::size_t entry)
    {
        m_path.push_back(entry);
        visit(table.entries[entry]);
        m_path.pop_back();
    }

    void visitNumber(double number)
    {
        if (!std::isfinite(number))
            add(LossRule::NotFinite);
        else if (std::abs(number) >= kBeyondInteger)
            add(LossRule::TooLarge);
        else if (number != std::trunc(number))
            add(LossRule::FractionCut);
        else if (std::abs(number) > kLargestExact)
            add(LossRule::Imprecise);
    }

    void visitTable(const LuaTree& table)
    {
        if (visitMarked(table))
            return;
        std::vector<std::pair<std::size_t, std::size_t>> elements; // index in the array, place among the entries
        for (std::size_t entry = 0; entry < table.entries.size(); ++entry) {
            std::size_t index = 0;
            if (isArrayIndex(table.entries[entry], index))
                elements.emplace_back(index, entry);
            else
                addAt(entry, LossRule::KeyDropped);
        }
        std::ranges::sort(elements);
        std::size_t expected = 1;
        for (const auto& [index, entry] : elements) {
            if (index != expected) {
                addAt(entry, LossRule::NilEndsArray);
            } else {
                ++expected;
                visitEntry(table, entry);
            }
        }
    }

    // A table with a marker field of the right type becomes that reply. The order is the one in which Redis looks.
    bool visitMarked(const LuaTree& table)
    {
        constexpr std::pair<BytesView, LuaKind> kMarkers[] = {
            {"err", LuaKind::String},
            {"ok", LuaKind::String},
            {"double", LuaKind::Number},
            {"map", LuaKind::Table},
            {"set", LuaKind::Table},
            {"big_number", LuaKind::String},
            {"verbatim_string", LuaKind::Table},
        };
        for (const auto& [name, kind] : kMarkers) {
            const LuaTree* marker = fieldNamed(table, name);
            if (!marker || marker->value.kind != kind)
                continue;
            for (std::size_t entry = 0; entry < table.entries.size(); ++entry) {
                const bool expected = &table.entries[entry] == marker
                    || (name == "err" && table.entries[entry].key.bytes == "ignore_error_stats_update");
                if (!expected)
                    addAt(entry, LossRule::FieldIgnored);
            }
            const bool oneLine = name == "err" || name == "ok" || name == "big_number";
            if (oneLine && marker->value.bytes.find_first_of("\r\n") != Bytes::npos)
                add(LossRule::LineBreakReplaced);
            return true;
        }
        return false;
    }
};

} // namespace

std::span<const LossText> lossTexts()
{
    return kTexts;
}

const LossText& lossText(LossRule rule)
{
    const LossText& text = kTexts[static_cast<std::size_t>(rule)];
    CHECK(text.rule == rule);
    return text;
}

std::vector<ConversionLoss> findLosses(const LuaTree& returned, std::size_t returnedValues)
{
    Search search;
    if (returnedValues > 1)
        search.losses.push_back({{}, LossRule::ExtraValuesDropped});
    search.visit(returned);
    return std::move(search.losses);
}

} // namespace engine
