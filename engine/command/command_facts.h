#pragma once

// What follows from a command's row: names of its flags, its ACL categories, the old style of key positions.

#include "engine/command/command_table.h"

#include <optional>
#include <vector>

namespace engine {

/// As COMMAND INFO shows them, in its order.
std::vector<BytesView> flagNames(const Command& command);
/// With '@', those stated and those that follow from the flags.
std::vector<BytesView> aclCategories(const Command& command);
/// The same as bits: bit i is the category named aclCategoryName(i).
std::uint32_t aclCategoryBits(const Command& command);
std::size_t aclCategoryCount();
/// Without '@'.
BytesView aclCategoryName(std::size_t index);
/// In any case, without '@'.
std::optional<std::size_t> findAclCategory(BytesView name);
/// "RO", "access", … of KeySpec::Use.
std::vector<BytesView> keyUseNames(std::uint16_t use);
BytesView groupName(Group group);
std::vector<BytesView> splitWords(BytesView text);

/// First and last key and the step between them; last is negative from the end; all 0 when there is no such range.
struct KeyRange {
    int first = 0;
    int last = 0;
    int step = 0;
};
KeyRange keyRange(const CommandSpec& spec);

} // namespace engine
