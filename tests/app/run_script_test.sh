#!/bin/bash
# What packaging/run.sh promises: with a display the window comes up and stays; without one it says so and serves.
# .ci/run runs it, not ctest, because it builds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

scratch=$(mktemp -d)
program=""
finish()
{
    [ -z "$program" ] || kill "$program" 2>/dev/null || true
    rm -rf "$scratch"
}
trap finish EXIT

fail()
{
    echo "$1"
    cat "$scratch/said"
    exit 1
}

# Asks every tenth of a second, for a minute at most, whether the command given succeeds; the program must live on.
await()
{
    local what=$1 tenth
    shift
    for ((tenth = 0; tenth < 600; tenth++)); do
        kill -0 "$program" 2>/dev/null || fail "the program ended before there was $what"
        if "$@" >/dev/null 2>&1; then
            echo "there was $what"
            return
        fi
        sleep 0.1
    done
    fail "there was never $what"
}

stop()
{
    kill "$program"
    wait "$program" 2>/dev/null || true
    program=""
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

answers() { [ "$(redis-cli -p "$1" ping)" = PONG ]; }

shows_window() { xwininfo -root -tree | grep -q "Ferrite Workbench"; }

if [ "${1:-}" = inside ]; then
    # On a screen of its own: what xvfb-run below runs.
    packaging/run.sh >"$scratch/said" 2>&1 &
    program=$!
    await "a window on the screen" shows_window
    stop
    exit 0
fi

packaging/run.sh --help >/dev/null 2>"$scratch/said" || fail "run.sh --help failed" # so that what follows builds nothing

port=$(free_port)
env -u DISPLAY -u WAYLAND_DISPLAY packaging/run.sh --port "$port" >"$scratch/said" 2>&1 &
program=$!
await "an answer to PING without a display" answers "$port"
grep -q "There is no display" "$scratch/said" || fail "run.sh did not say that there is no display"
grep -q "redis-cli -p $port" "$scratch/said" || fail "run.sh did not say how to connect"
stop

HOME=$scratch QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1280x800x24" tests/app/run_script_test.sh inside
