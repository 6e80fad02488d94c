#pragma once

// Engine values as trees and lines for people. Pure.

#include "engine/data/keyspace_diff.h"
#include "engine/resp/reply.h"
#include "engine/script/conversion_losses.h"
#include "engine/script/lua_view.h"
#include "widgets/models/value_tree_model.h"

#include <QString>

namespace widgets {

/// Bytes of the engine as text; invalid UTF-8 and control characters as \xHH.
QString textOf(const engine::Bytes& bytes);
/// The same, cut beyond `limit` characters: for a line that is shown whole.
QString textOf(const engine::Bytes& bytes, int limit);

/// One line: `1) "a"` trees are flattened to `["a", 2]`; cut beyond `limit` characters.
QString replyLine(const engine::Reply& reply, int limit = 120);
/// The command as one would type it.
QString commandLine(const std::vector<engine::Bytes>& argv, int limit = 200);

ValueNode replyNode(const engine::Reply& reply);
/// What a script returned, each loss marked on the value that it happens to.
ValueNode luaNode(const engine::LuaTree& tree, const std::vector<engine::ConversionLoss>& losses);
std::vector<ValueNode> changeNodes(const engine::KeyspaceDiff& diff);

} // namespace widgets
