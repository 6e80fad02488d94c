#!/bin/bash
# Installs the libraries that package-lock.json names into FOLDER/node_modules, once for each state of that file.
#
#   tests/support/clients/libraries/install.sh FOLDER
#
# Exit 69: they cannot be had here, and the last line says what to do.
set -euo pipefail

readonly UNAVAILABLE=69
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${1:?where to install: a folder}
mkdir -p "$folder"

unavailable()
{
    printf '%s\n' "$@" >&2
    exit "$UNAVAILABLE"
}

command -v node >/dev/null || unavailable "node is not installed (Debian's nodejs)"
command -v npm >/dev/null || unavailable "npm is not installed (Debian's npm)"

# Of two at once the second waits, and finds all done.
exec 9>"$folder/.lock"
flock 9

wanted="$(sha256sum <"$source/package-lock.json") $(node --version)"
installed=$folder/.installed
[ "$(cat "$installed" 2>/dev/null || true)" != "$wanted" ] || exit 0

rm -f "$installed"
cp "$source/package.json" "$source/package-lock.json" "$folder"
cd "$folder"
# Optional and peer packages are native parts and web servers that no program uses. A registry that is silent is
# given up soon.
install()
{
    npm ci --ignore-scripts --omit=optional --omit=peer --no-audit --no-fund --loglevel=error \
        --fetch-timeout=20000 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 >&2
}

reachable() { npm view --fetch-timeout=20000 --fetch-retries=0 ioredis version >/dev/null 2>&1; }

if ! install; then
    reachable || unavailable \
        "npm cannot reach its registry: run $source/install.sh $folder once where it can, or set npm's registry or proxy"
    install # what was cut off may go through now; a list that is wrong fails again
fi
printf '%s\n' "$wanted" >"$installed"
