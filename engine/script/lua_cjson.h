#pragma once

// The cjson library of scripts: JSON as lua-cjson 2.1.0 reads and writes it, with its settings.

struct lua_State;

namespace engine {

struct CjsonOptions;

/// Pushes the library table. [-0, +1]
void openCjson(lua_State* lua);

/// The settings of the library that openCjson opened (instances that scripts make with cjson.new have their own). They
/// outlive a run, so the runtime puts them in before one and takes them out after. Raises a Lua error when openCjson
/// was never called. [-0, +0]
CjsonOptions cjsonOptions(lua_State* lua);
void setCjsonOptions(lua_State* lua, const CjsonOptions& options);

} // namespace engine
