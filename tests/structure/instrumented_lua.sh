#!/bin/bash
# The distribution's Lua, built with the sanitizers and with Lua's own assertions, and the engine built against it: what
# hazards do inside Lua's code is seen there too. Runs the tests of hazards.
#
#   tests/structure/instrumented_lua.sh
#
# Fetches the source package into build/instrumented-lua by apt's own means, with lists of its own: nothing of the
# system is changed, and root is not needed. Needs a network the first time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

folder=$PWD/build/instrumented-lua
engine=$PWD/build/asan-lua
library=$folder/liblua5.1-c++.a
tests=(hostile_scripts_test hostile_kill_test)

# Packages of source come from where packages come from.
sources()
{
    local file
    mkdir -p "$folder/sources"
    for file in /etc/apt/sources.list.d/*.sources; do
        [ ! -f "$file" ] || sed 's/^Types:.*/Types: deb-src/' "$file" >"$folder/sources/${file##*/}"
    done
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ ! -f "$file" ] || sed -n 's/^deb /deb-src /p' "$file" >"$folder/sources/${file##*/}"
    done
}

fetch()
{
    mkdir -p "$folder/lists/partial" "$folder/archives/partial"
    sources
    local apt=(apt-get -q -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$folder/sources"
        -o "Dir::State::Lists=$folder/lists" -o "Dir::Cache=$folder" -o APT::Sandbox::User=root)
    "${apt[@]}" update
    (
        cd "$folder"
        "${apt[@]}" source --download-only lua5.1
        rm -rf source
        dpkg-source -x lua5.1_*.dsc source
    )
}

# As C++, so that errors are exceptions; lua_assert is Lua's own, which is off in a release. An index of the least integer
# overflows in a comparison of Lua's that holds all the same (luaH_getnum).
build_library()
{
    rm -rf "$folder/objects" && mkdir -p "$folder/objects"
    local file
    for file in "$folder"/source/src/l*.c; do
        case ${file##*/} in lua.c | luac.c) continue ;; esac
        printf '%s\0' "$file"
    done | xargs -0 -P 2 -I '{}' sh -c '
        g++ -x c++ -w -O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined \
            -fwrapv -fno-sanitize=signed-integer-overflow -DLUA_USE_LINUX -DLUA_USE_APICHECK -include assert.h "-Dlua_assert(condition)=assert(condition)" \
            -c "$1" -o "$2/$(basename "$1" .c).o"' sh '{}' "$folder/objects"
    rm -f "$library"
    ar rcs "$library" "$folder"/objects/*.o
}

# Found by pkg-config before the distribution's.
describe()
{
    printf '%s\n' 'Name: Lua' 'Description: Lua, built with sanitizers' 'Version: 5.1.5' "Libs: -L$folder -llua5.1-c++ -lm -ldl" \
        "Cflags: -I$folder/source/src -I$folder/include" >"$folder/lua5.1-c++.pc"
    # The package puts it beside lua.h; in the source it lies apart.
    mkdir -p "$folder/include"
    cp "$folder/source/etc/lua.hpp" "$folder/include/"
}

[ -d "$folder/source" ] || fetch
[ -f "$library" ] || build_library
describe
export PKG_CONFIG_PATH=$folder
cmake --preset asan -B "$engine" -DFERRITE_WORKBENCH=OFF
ninja -C "$engine" -j2 "${tests[@]}"
for test in "${tests[@]}"; do
    "$engine/tests/$test" -silent
done
