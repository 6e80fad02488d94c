#!/bin/sh
# Fuzzes the request parser, or scripts: run.sh [SECONDS] [request|script]. Builds with the `fuzz` preset, shows that a
# planted fault is found within a minute, fuzzes for so many seconds (default 60), and prints how much of what is fuzzed
# was reached: 90 % of the parser's lines is the least; of the scripts' libraries 60 %. Needs clang, libclang-rt-14-dev, llvm-14.
set -eu
seconds=${1:-60}
target=${2:-request}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build/fuzz
case $target in
request)
    limits="-max_len=512"
    # Ends of the names of the files that count.
    measured="engine/resp/request_parser.cpp"
    least=90
    ;;
script)
    limits="-max_len=2048 -timeout=10 -rss_limit_mb=3000"
    measured="cjson_decode.cpp cjson_encode.cpp lua_bit.cpp lua_cjson.cpp lua_cmsgpack.cpp lua_convert.cpp lua_pattern.cpp
        lua_reply_writer.cpp lua_string_guards.cpp lua_struct.cpp lua_table_guards.cpp protected_calls.cpp redis_api.cpp"
    least=60
    ;;
*)
    echo "run.sh [SECONDS] [request|script]" >&2
    exit 2
    ;;
esac

cd "$root"
cmake --preset fuzz >/dev/null
ninja -C "$build" "${target}_fuzz" "${target}_fuzz_planted"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/corpus" "$work/planted"
options="-dict=$here/$target.dict $limits -print_final_stats=0 -verbosity=0"
# Lua's memory goes back with its state.
export ASAN_OPTIONS=detect_leaks=0

echo "== a planted fault"
# shellcheck disable=SC2086 # options are words
if LLVM_PROFILE_FILE=/dev/null "$build/bin/${target}_fuzz_planted" $options -max_total_time=60 \
        -artifact_prefix="$work/planted/" "$work/planted" "$here/corpus/$target" >"$work/planted.log" 2>&1; then
    echo "The planted fault was NOT found within a minute." >&2
    exit 1
fi
grep -m1 'CHECK\|check failed\|ERROR:' "$work/planted.log" || true
echo "found, as it must be."

echo "== $target, for $seconds s"
# shellcheck disable=SC2086
LLVM_PROFILE_FILE="$work/raw.profraw" "$build/bin/${target}_fuzz" $options -max_total_time="$seconds" \
    -artifact_prefix="$root/build/fuzz/found-" "$work/corpus" "$here/corpus/$target" >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; exit 1; }
grep '^Done ' "$work/log" || true
echo "nothing found."

echo "== lines reached"
PATH=/usr/lib/llvm-14/bin:$PATH
llvm-profdata merge -o "$work/merged.profdata" "$work/raw.profraw"
# Files are looked for by their end: a compiler cache may have written paths relative to the build folder.
# shellcheck disable=SC2086
llvm-cov export -summary-only -instr-profile "$work/merged.profdata" "$build/bin/${target}_fuzz" |
    python3 -c '
import json, sys
least, names = float(sys.argv[1]), tuple(sys.argv[2:])
files = json.load(sys.stdin)["data"][0]["files"]
lines = [each["summary"]["lines"] for each in files if each["filename"].endswith(names)]
covered, count = sum(each["covered"] for each in lines), sum(each["count"] for each in lines)
if len(lines) != len(names):
    sys.exit("%d files of %d were found" % (len(lines), len(names)))
percent = 100 * covered / count
print("%d of %d lines of %d files: %.1f %%" % (covered, count, len(lines), percent))
sys.exit(percent < least)' "$least" $measured
