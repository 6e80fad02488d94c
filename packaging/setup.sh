# shellcheck shell=bash
# What run.sh, test.sh and .ci/run share: the packages, listed once, and the Release build. Sourced by bash, not run.
#
#   ferrite_install build|test|check…   installs what is missing of those lists; asks nothing when all is there
#   ferrite_build PRESET [TARGET…]      configures build/PRESET when needed and builds it
#
# FERRITE_SKIP_INSTALL=1 leaves the packages to whoever runs it (another distribution, a container made beforehand).

FERRITE_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# To build and start both programs.
FERRITE_BUILD_PACKAGES=(
    g++ cmake ninja-build ccache pkg-config
    qt6-base-dev qt6-base-dev-tools qt6-svg-dev qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools libgl1-mesa-dev
    libqscintilla2-qt6-dev liblua5.1-0-dev libasio-dev libssl-dev liblzf-dev libcli11-dev
    nlohmann-json3-dev
    qt6-wayland fonts-dejavu-core
)
# To run every test: the server that ours is compared with, its clients, and a screen of its own.
FERRITE_TEST_PACKAGES=(
    python3 python3-redis redis-server redis-tools node-redis nodejs
    lua5.1 lua-cjson libhiredis-dev xvfb xauth x11-utils
)
# To judge the code: format, tidy, fuzzers.
FERRITE_CHECK_PACKAGES=(
    git clang clang-format clang-tidy libclang-rt-dev llvm shellcheck
)

# Each argument a line, on standard error.
ferrite_say() { printf '%s\n' "$@" >&2; }

ferrite_fail()
{
    ferrite_say "$@"
    exit 1
}

# The packages of the lists named, one a line.
ferrite_packages()
{
    local list
    for list in "$@"; do
        case $list in
            build) printf '%s\n' "${FERRITE_BUILD_PACKAGES[@]}" ;;
            test)
                printf '%s\n' "${FERRITE_TEST_PACKAGES[@]}"
                # A node from elsewhere brings its own npm, and does not suffer the distribution's beside it.
                command -v npm >/dev/null || echo npm
                ;;
            check) printf '%s\n' "${FERRITE_CHECK_PACKAGES[@]}" ;;
            *) ferrite_fail "ferrite_packages: no list named $list" ;;
        esac
    done
}

# Those of the packages given that are not installed. One call of dpkg-query: some 30 ms when all is there.
ferrite_missing()
{
    local installed
    # It fails when one is unknown, and still says all about the others.
    installed=$({ dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true; } |
        sed -n 's/ installed$//p' | sort -u)
    comm -23 <(printf '%s\n' "$@" | sort -u) <(printf '%s\n' "$installed")
}

# Runs a command as root: by itself, or through sudo.
ferrite_as_root()
{
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        ferrite_fail "These packages have to be installed, which needs root, and there is no sudo here." \
            "Run as root: apt-get install --no-install-recommends ${FERRITE_MISSING[*]}"
    fi
}

# Debian starts a server when it installs one. Ours are started by the tests, on ports of their own, so a
# policy refuses it for the time of the installation, and the service is not left to start at the next boot.
ferrite_install_quietly()
{
    local policy=/usr/sbin/policy-rc.d made="" status=0
    if [ ! -e "$policy" ]; then
        made=yes
        printf '#!/bin/sh\nexit 101\n' | ferrite_as_root tee "$policy" >/dev/null
        ferrite_as_root chmod 755 "$policy"
    fi
    ferrite_as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "$@" || status=$?
    [ -z "$made" ] || ferrite_as_root rm -f "$policy"
    if [[ " $* " == *" redis-server "* ]] && command -v systemctl >/dev/null; then
        ferrite_as_root systemctl disable redis-server >/dev/null 2>&1 || true
    fi
    return "$status"
}

# Says why packages cannot be had, as far as that can be told.
ferrite_explain_failure()
{
    local package unknown=()
    for package in "$@"; do
        apt-cache show "$package" >/dev/null 2>&1 || unknown+=("$package")
    done
    if [ ${#unknown[@]} -gt 0 ] && [ ${#unknown[@]} -lt $# ]; then
        ferrite_fail "This release of $FERRITE_SYSTEM has no package ${unknown[*]}." \
            "Debian 12, Ubuntu 24.04 and later have all that is needed."
    fi
    ferrite_fail "The packages could not be installed; apt-get's own words are above." \
        "Without a network it cannot fetch them. Once there is one, run this again, or: apt-get install $*"
}

ferrite_install()
{
    [ -z "${FERRITE_SKIP_INSTALL:-}" ] || return 0
    local wanted
    mapfile -t wanted < <(ferrite_packages "$@")
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        ferrite_say "This script installs packages with apt-get (Debian 12, Ubuntu 24.04 or later), which is not here." \
            "Install what your distribution calls these, and run again with FERRITE_SKIP_INSTALL=1:"
        ferrite_fail "  ${wanted[*]}"
    fi
    mapfile -t FERRITE_MISSING < <(ferrite_missing "${wanted[@]}")
    [ ${#FERRITE_MISSING[@]} -gt 0 ] || return 0

    FERRITE_SYSTEM=$(. /etc/os-release 2>/dev/null && printf '%s' "${PRETTY_NAME:-this system}")
    ferrite_say "Installing ${#FERRITE_MISSING[@]} packages: ${FERRITE_MISSING[*]}"
    # apt-get's progress is not what a program that reads our output asked for.
    {
        ferrite_as_root apt-get update -q || ferrite_say "apt-get update failed; trying with the lists that are here."
        ferrite_install_quietly "${FERRITE_MISSING[@]}" || ferrite_explain_failure "${FERRITE_MISSING[@]}"
    } >&2
}

# How many compilers at once: a core each, and 1.5 GB of free memory each, for Qt's headers are large.
ferrite_jobs()
{
    local cores memory
    cores=$(nproc)
    memory=$(awk '/^MemAvailable:/ {print int($2 / 1500000)}' /proc/meminfo)
    [ "$memory" -ge 1 ] || memory=1
    echo $((cores < memory ? cores : memory))
}

# Two at once in one build folder spoil each other: the second waits.
ferrite_build()
{
    local preset=$1 folder=$FERRITE_ROOT/build/$1
    shift
    mkdir -p "$folder"
    (
        exec 9>"$folder/.lock"
        flock -n 9 || { ferrite_say "Waiting for another build in $folder."; flock 9; }
        ferrite_configure "$preset" "$folder"
        cmake --build "$folder" -j "$(ferrite_jobs)" ${1:+--target "$@"}
    )
}

ferrite_configure()
{
    local preset=$1 folder=$2 source
    # So that another clone, or this one after a move, finds what was compiled before; and with precompiled headers.
    export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$FERRITE_ROOT} CCACHE_NOHASHDIR=1
    export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros,include_file_mtime,include_file_ctime}
    source=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$folder/CMakeCache.txt" 2>/dev/null || true)
    if [ -f "$folder/build.ninja" ] && [ "$source" = "$FERRITE_ROOT" ]; then
        return 0 # ninja configures again by itself when a CMakeLists.txt or a list of files has changed
    fi
    rm -f "$folder/CMakeCache.txt" # of a folder that was moved, or of a configuration that failed
    (cd "$FERRITE_ROOT" && cmake --preset "$preset")
}
