#pragma once

// What a returned Lua value loses on its way into a reply, and how to keep it. Pure: works on a LuaTree.
// Source of the rules: https://redis.io/docs/manual/programmability/lua-api/ (data type conversion).

#include "engine/script/lua_view.h"

#include <span>

namespace engine {

enum class LossRule : std::uint8_t {
    FractionCut,
    NotFinite,
    TooLarge,
    Imprecise,
    FalseIsNull,
    TrueIsOne,
    NilEndsArray,
    KeyDropped,
    TypeHasNoReply,
    LineBreakReplaced,
    FieldIgnored,
    ExtraValuesDropped,
};

/// A rule for people: what happens, and what to write instead.
struct LossText {
    LossRule rule;
    BytesView id; // "fraction-cut"
    BytesView what;
    BytesView instead;
};

/// Every rule, in the order of the enumeration.
std::span<const LossText> lossTexts();
const LossText& lossText(LossRule rule);

struct ConversionLoss {
    std::vector<std::size_t> path; // indices into `entries` from the root; empty: the root itself
    LossRule rule = LossRule::FractionCut;
    bool operator==(const ConversionLoss&) const = default;
};

/// In the order of the tree. `returnedValues` is how many values the script returned.
std::vector<ConversionLoss> findLosses(const LuaTree& returned, std::size_t returnedValues);

} // namespace engine
