#!/bin/bash
# clang-tidy with the repository's .clang-tidy over the files given, or over all of the floors: tidy.sh [FILE…]
# The whole tree takes some ten minutes on two cores, so this is a developer's command and `.ci/run tidy`, not a test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=packaging/setup.sh
source packaging/setup.sh

files=("$@")
[ ${#files[@]} -gt 0 ] || mapfile -t files < <(git ls-files 'engine/*.cpp' 'debugger/*.cpp' 'widgets/*.cpp' 'app/*.cpp')

# It needs the compile commands and what moc writes, and no precompiled header, which clang cannot read from g++.
build=build/tidy-commands
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >/dev/null
printf '%s\0' "${files[@]}" |
    xargs -0 -n 4 -P "$(ferrite_jobs)" clang-tidy -p "$build" --quiet --warnings-as-errors='*' --extra-arg=-Wno-error
echo "clang-tidy: ${#files[@]} files, nothing found"
