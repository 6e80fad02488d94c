#pragma once

// Private to engine/script: table.sort.

#include <lua.hpp>

namespace engine {

/// table.sort(table [, comparison]): stock Lua's quicksort, comparison by comparison, since scripts see the order in
/// which their function is called and where equal elements end up; but in counted steps.
int sortTable(lua_State* lua);

} // namespace engine
