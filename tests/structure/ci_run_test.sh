#!/bin/bash
# .ci/run must fail when any command of a section does, and name the section.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir "$copy/.ci" "$copy/packaging"
echo 'FERRITE_ROOT=.' >"$copy/packaging/setup.sh"

# try BODY: runs the section "structure", whose body is this instead.
try()
{
    sed -e "s|^sections=|structure() { $1; }\n&|" .ci/run >"$copy/.ci/run"
    bash "$copy/.ci/run" structure >"$copy/out" 2>&1
}

fail()
{
    echo "$1" >&2
    cat "$copy/out" >&2
    exit 1
}

try 'true' || fail "a section whose commands all work must pass"
! try 'false' || fail "a section that fails must fail the run"
! try 'false; true' || fail "a command in the midst of a section must fail the run"
grep -q '^== structure FAILED' "$copy/out" || fail "the section that failed must be named"
! try '(exit 3); echo went on' || fail "a subshell in the midst of a section must fail the run"
! grep -q 'went on' "$copy/out" || fail "a section must end at the first command that fails"
