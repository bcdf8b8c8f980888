#!/usr/bin/env bash
# Installs what Cible is built with from Debian 12's packages; does nothing when
# all of it is there. Called by quickstart.sh and test.sh.
#
#   scripts/install.sh           to build and run
#   scripts/install.sh --tests   and to test
#   scripts/install.sh --all     and for test.sh --all
set -euo pipefail

packages=(
  ca-certificates ccache cmake g++ lld make ninja-build pkg-config
  libabsl-dev libboost-math-dev libcli11-dev libcsv-dev libeigen3-dev libgrpc++-dev
  libphonenumber-dev libprotobuf-dev libspdlog-dev libsqlite3-dev libutf8proc-dev libxxhash-dev
  nlohmann-json3-dev protobuf-compiler protobuf-compiler-grpc tao-pegtl-dev tzdata zlib1g-dev
)
# Only the tests need these.
test_packages=(
  clang-format libgmock-dev libgtest-dev librapidcheck-dev python3 python3-grpcio python3-pandas
  python3-protobuf
)
# Only the fuzzers need these.
fuzz_packages=(clang-16 libclang-rt-16-dev)
case "${1:-}" in
  '') ;;
  --tests) packages+=("${test_packages[@]}") ;;
  --all) packages+=("${test_packages[@]}" "${fuzz_packages[@]}") ;;
  *) echo "usage: scripts/install.sh [--tests | --all]" >&2; exit 2 ;;
esac

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
    missing+=("$package")
done
if ((${#missing[@]} == 0)); then exit 0; fi

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || {
    echo "Missing packages: ${missing[*]}" >&2
    echo "Run this as root, or install sudo, or have an administrator install them." >&2
    exit 1
  }
  as_root=(sudo)
fi
command -v apt-get >/dev/null || {
  echo "Cible is built on Debian 12; here there is no apt-get. Use a Debian 12 machine." >&2
  exit 1
}
echo "Installing ${#missing[@]} packages ..."
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update -q &&
       "${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "apt-get failed (see above). Check the network and /etc/apt/sources.list, then run this again." >&2
  exit 1
fi
