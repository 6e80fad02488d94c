#!/bin/sh
# Fuzzes the request parser: run.sh [SECONDS]. Builds with the `fuzz` preset, shows that a planted fault is found within
# a minute, fuzzes for so many seconds (default 60), and prints how much of the parser was reached: 90 % of its lines is
# the least. Needs clang, libclang-rt-14-dev, llvm-14.
set -eu
seconds=${1:-60}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build/fuzz

cd "$root"
cmake --preset fuzz >/dev/null
ninja -C "$build" request_fuzz request_fuzz_planted
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/corpus" "$work/planted"
options="-dict=$here/request.dict -max_len=512 -print_final_stats=0 -verbosity=0"

echo "== a planted fault"
if LLVM_PROFILE_FILE=/dev/null "$build/bin/request_fuzz_planted" $options -max_total_time=60 \
        -artifact_prefix="$work/planted/" "$work/planted" "$here/corpus/request" >"$work/planted.log" 2>&1; then
    echo "The planted fault was NOT found within a minute." >&2
    exit 1
fi
grep -m1 'CHECK\|check failed\|ERROR:' "$work/planted.log" || true
echo "found, as it must be."

echo "== the parser, for $seconds s"
LLVM_PROFILE_FILE="$work/raw.profraw" "$build/bin/request_fuzz" $options -max_total_time="$seconds" \
    -artifact_prefix="$root/build/fuzz/found-" "$work/corpus" "$here/corpus/request" >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; exit 1; }
grep '^Done ' "$work/log" || true
echo "nothing found."

echo "== lines reached"
PATH=/usr/lib/llvm-14/bin:$PATH
llvm-profdata merge -o "$work/merged.profdata" "$work/raw.profraw"
# The file is looked for by its end: a compiler cache may have written its path relative to the build folder.
llvm-cov export -summary-only -instr-profile "$work/merged.profdata" "$build/bin/request_fuzz" |
    python3 -c '
import json, sys
files = json.load(sys.stdin)["data"][0]["files"]
lines = next(each for each in files if each["filename"].endswith(sys.argv[1]))["summary"]["lines"]
print("%d of %d lines of request_parser.cpp: %.1f %%" % (lines["covered"], lines["count"], lines["percent"]))
sys.exit(lines["percent"] < 90)' engine/resp/request_parser.cpp
