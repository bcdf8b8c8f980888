#!/usr/bin/env bash
# Installs, builds the `dev` preset and runs its tests; ends in ctest's summary.
#
#   scripts/test.sh         what every change must pass
#   scripts/test.sh --all   the slow tests too, all under the sanitizers, and
#                           the fuzzers, a minute each
set -euo pipefail
cd "$(dirname "$0")/.."
all=false
case "${1:-}" in
  '') ;;
  --all) all=true ;;
  *) echo "usage: scripts/test.sh [--all]" >&2; exit 2 ;;
esac

if $all; then scripts/install.sh --all; else scripts/install.sh --tests; fi

build() { # preset
  echo "Building the preset $1 ..."
  cmake --preset "$1" >/dev/null || { echo "CMake failed for the preset $1." >&2; exit 1; }
  cmake --build --preset "$1" || { echo "The build of the preset $1 failed (see above)." >&2; exit 1; }
}

if $all; then
  # Not the acceptance tests: they judge what is found in data, not how it is computed.
  for preset in asan tsan; do
    build "$preset"
    ctest --preset "$preset" -j2
  done
  build fuzz
  ctest --preset fuzz -j2
  build dev
  ctest --preset dev-all -j2
else
  build dev
  ctest --preset dev -j2
fi
