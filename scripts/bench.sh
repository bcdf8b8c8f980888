#!/bin/sh
# Runs the benchmarks against the peers that are installed, and says which it
# skipped. Arguments, e.g. "45,000", choose among the shapes of a benchmark.
#
#   scripts/bench.sh                        all of them
#   scripts/bench.sh serving                the bars of serving alone, in some minutes
#   scripts/bench.sh serving unary table    two of its rows; --quick, --help
#
#   CIBLE_BIN         folder of the programs; default build/release/bin
#   CIBLE             the program cible; default that of CIBLE_BIN
#   CIBLE_BENCH_VENV  virtual environment with the peers of PyPI: kmodes, stepmix
#   CIBLE_BENCH_RUNS  runs of each side; default 5
set -u
cd "$(dirname "$0")/.." || exit 1
: "${CIBLE_BIN:=build/release/bin}"
: "${CIBLE:=$CIBLE_BIN/cible}"
export CIBLE CIBLE_BIN
if ! [ -x "$CIBLE" ]; then
  echo "no $CIBLE; run cmake --preset release && cmake --build --preset release, or set CIBLE" >&2
  exit 2
fi

failed=0
serving() {
  # Without it the row that counts allocations says so.
  cmake --build --preset release --target allocation_counter >/dev/null 2>&1
  # Debian's Python: the peers of the rows are packages of Debian.
  /usr/bin/python3 tests/benchmarks/serving.py "$@" || failed=1
}
if [ "${1:-}" = serving ]; then
  shift
  serving "$@"
  exit $failed
fi

# bench PYTHON MODULE SCRIPT [ARGUMENT ...]
bench() {
  python=$1 module=$2 script=$3
  shift 3
  if ! "$python" -c "import $module" 2>/dev/null; then
    echo "skipped $script: $python has no $module"
    return
  fi
  "$python" "tests/benchmarks/$script" "$@" || failed=1
}

for benchmark in mixture_memory matching lifecycle; do
  if cmake --build --preset release --target "$benchmark" >/dev/null 2>&1; then
    "build/release/bin/$benchmark" || failed=1
  else
    echo "skipped $benchmark: it cannot be built; run cmake --preset release first"
  fi
done
if cmake --build --preset release --target contact_store >/dev/null 2>&1; then
  build/release/bin/contact_store 400000 || failed=1
else
  echo "skipped contact_store: it cannot be built; it needs libgtest-dev"
fi
bench /usr/bin/python3 numpy kmeans_memory.py
bench /usr/bin/python3 sklearn sklearn_kmeans.py "$@"
bench /usr/bin/python3 faiss faiss_kmeans.py "$@"
if [ -n "${CIBLE_BENCH_VENV:-}" ]; then
  bench "$CIBLE_BENCH_VENV/bin/python" kmodes kmodes_kprototypes.py
  bench "$CIBLE_BENCH_VENV/bin/python" stepmix stepmix_mixture.py
else
  echo "skipped kmodes_kprototypes.py, stepmix_mixture.py: CIBLE_BENCH_VENV names no virtual environment"
fi
bench /usr/bin/python3 json scaling.py
serving
exit $failed
