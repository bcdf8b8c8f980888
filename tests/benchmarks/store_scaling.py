"""How the store of contacts grows: lists of `cible sample` (21 attributes, a fifth
of the cells unknown) through the commands, each in one process with its store
(`--embedded`). Prints, as a table in Markdown, for each size:

  import     the CSV file into the store, schema inferred
  list       five of those that a filter of two conditions leaves, counted
  train      k = 2..8 without stability, and everybody assigned
  export     those that the filter leaves, as CSV
  database   its size

in seconds, and in parentheses the slope of log time by log size from the size
before: 1 is linear.

Environment: CIBLE, the program; CIBLE_BENCH_SIZES, e.g. "10000 100000".
"""

import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CIBLE = os.environ.get("CIBLE", str(ROOT / "build" / "release" / "bin" / "cible"))
SIZES = [int(size) for size in os.environ.get(
    "CIBLE_BENCH_SIZES", "10000 100000 1000000").split()]
FILTER = 'age >= 40 AND newsletter = true'


def seconds(folder, *arguments):
    begin = time.perf_counter()
    done = subprocess.run([CIBLE, "--embedded", f"{folder}/data", *arguments],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit(f"cible {' '.join(arguments)}: {done.stderr.decode()}")
    return time.perf_counter() - begin


def measure(size):
    with tempfile.TemporaryDirectory(prefix="cible_bench_") as folder:
        path = f"{folder}/contacts.csv"
        with open(path, "wb") as file:
            subprocess.run([CIBLE, "sample", "--contacts", str(size)], stdout=file, check=True)
        times = [
            seconds(folder, "contacts", "import", path),
            seconds(folder, "contacts", "list", "--filter", FILTER, "--limit", "5"),
            seconds(folder, "train", "--segments", "2..8", "--stability", "0"),
            seconds(folder, "contacts", "export", "--filter", FILTER),
        ]
        return times, os.path.getsize(f"{folder}/data/cible.db")


def main():
    print("| contacts | import | list and count | train and assign | export | database |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    before = None
    for size in SIZES:
        times, database = measure(size)
        cells = []
        for i, now in enumerate(times):
            slope = ""
            if before is not None:
                slope = f" ({math.log(now / before[1][i]) / math.log(size / before[0]):.2f})"
            cells.append(f"{now:.2f} s{slope}")
        print(f"| {size:,} | {' | '.join(cells)} | {database / 1e6:.0f} MB |", flush=True)
        before = size, times


if __name__ == "__main__":
    main()
