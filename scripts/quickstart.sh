#!/usr/bin/env bash
# From nothing to personas: installs, builds, starts a server, imports a list,
# trains, and matches two leads. Safe to run again; then it takes seconds.
#
#   scripts/quickstart.sh [contacts.csv]
#
# CIBLE_DATA_DIR (default: ./cible-data) and CIBLE_LISTEN (default:
# 127.0.0.1:50151) say where the data and the server are.
set -euo pipefail
list=${1:-}
if [[ -n "$list" ]]; then
  [[ -f "$list" ]] || { echo "There is no file $list. Give the path of a CSV file." >&2; exit 1; }
  list=$(realpath "$list")
fi
cd "$(dirname "$0")/.."
data_dir=${CIBLE_DATA_DIR:-$PWD/cible-data}
address=${CIBLE_LISTEN:-127.0.0.1:50151}
bin=build/release/bin
step=0

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
next() { step=$((step + 1)); say "[$step/6] $*"; }
fail() { echo "$*" >&2; exit 1; }
cible() { "$bin/cible" --server "$address" "$@"; }
answers() { cible server >/dev/null 2>&1; }

next "Installing what is missing"
scripts/install.sh

next "Building (from nothing: several minutes; then seconds)"
if [[ ! -f build/release/build.ninja ]]; then
  cmake --preset release >build-release.log 2>&1 ||
    { tail -n 20 build-release.log; fail "CMake failed (see build-release.log)."; }
fi
cmake --build --preset release --target cible cible-server ||
  fail "The build failed (see above). Is the tree changed? \`git status\` tells; \`rm -r build\` starts over."
rm -f build-release.log

next "Starting cible-server on $address, data in $data_dir"
mkdir -p "$data_dir"
if answers; then
  echo "A server answers there already; it is used."
else
  nohup "$bin/cible-server" --data-dir "$data_dir" --listen "$address" >>"$data_dir/server.log" 2>&1 &
  echo $! >"$data_dir/server.pid"
  for _ in $(seq 100); do answers && break; sleep 0.1; done
  answers || { tail -n 5 "$data_dir/server.log" >&2; fail "The server did not start (see above)."; }
fi

next "Importing contacts"
workspace=default
if [[ -z "$list" ]]; then
  list=$data_dir/sample.csv
  [[ -f "$list" ]] || "$bin/cible" sample --contacts 5000 --seed 1 >"$list"
  echo "No list was given: 5,000 sample contacts ($list)"
fi
cible contacts import "$list" || [[ $? == 3 ]]  # 3: some rows were refused, and kept aside.

next "Training: how many segments, and which"
cible train --activate
say "The segments"
cible segments
say "The personas"
cible personas

next "Matching two leads"
contact=$(cible --format json contacts list --limit 1 2>/dev/null | sed -n 's|.*"name": "workspaces/[^/]*/contacts/\(.*\)".*|\1|p' | head -n 1)
say "One of whom all is known that the list tells (contact $contact)"
cible match --contact "$contact"
# The two attributes that told most about that contact, with its values.
mapfile -t known < <(cible --format json contacts get "$contact" | scripts/two_attributes.awk \
  <(cible --format json match --contact "$contact") -)
say "One of whom two things are known: ${known[*]}"
set_options=()
for pair in "${known[@]}"; do set_options+=(--set "$pair"); done
cible match "${set_options[@]}"

say "What next"
cat <<END
  $bin/cible --server $address personas --language fr
  $bin/cible --server $address contacts export --filter 'contact.segment = "s1"' --output s1.csv
  $bin/cible --server $address match your-leads.csv --output matched.csv
  $bin/cible --server $address qualify $contact --reasons
  $bin/cible --server $address lifecycle show
  $bin/cible --server $address funnel
  scripts/quickstart.sh your-contacts.csv
  $bin/cible --help
To stop the server: kill $(cat "$data_dir/server.pid" 2>/dev/null || echo PID)
To start over:      kill it and remove $data_dir
END
