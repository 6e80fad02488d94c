#!/bin/bash
# Installs what is needed, builds Release into build/release, and runs every test through ctest with the arguments given.
set -euo pipefail
# shellcheck source=packaging/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

ferrite_install build test
ferrite_build release
# Two at a time, whatever the machine: the tests start servers of their own. A later -j wins.
cd "$FERRITE_ROOT"
exec ctest --test-dir build/release --output-on-failure --no-tests=ignore -j2 "$@"
