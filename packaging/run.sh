#!/bin/bash
# Installs what is needed, builds Release into build/release, and starts ferrite-workbench with the arguments given.
# With no display it says so and starts `ferrite serve` with them instead. Quick when all is built.
set -euo pipefail
# shellcheck source=packaging/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

# The port that `ferrite serve` will listen on, from its own arguments.
port_of()
{
    local port=6380
    while [ $# -gt 0 ]; do
        case $1 in
            --port=*) port=${1#--port=} ;;
            --port) port=${2:-$port} ;;
        esac
        shift
    done
    echo "$port"
}

ferrite_install build
# Progress goes to standard error: what the program prints stays alone on standard output.
ferrite_build release ferrite ferrite-workbench >&2

programs=$FERRITE_ROOT/build/release/bin
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec "$programs/ferrite-workbench" "$@"
fi

port=$(port_of "$@")
ferrite_say "There is no display (DISPLAY and WAYLAND_DISPLAY are empty), so there is no window: serving instead." \
    "Connect with: redis-cli -p $port     Stop with: Ctrl-C" \
    "Other ways to use it: build/release/bin/ferrite --help"
exec "$programs/ferrite" serve "$@"
