"""How a fit grows with the number of contacts: `cible fit` on `cible sample`
lists of 10,000 to 1,000,000 contacts (21 attributes, a tenth of the cells
unknown). Prints, as a table in Markdown, for each size:

  one k      the fit of 4 segments alone, each engine, from the report
  whole      the command: read, infer, encode, choose among k = 2..10, portray
  memory     its peak
  slope      of log time by log size, from the size before: 1 is linear

Environment: CIBLE_BENCH_SIZES, e.g. "10000 100000".
"""

import json
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
    "CIBLE_BENCH_SIZES", "10000 30000 100000 300000 1000000").split()]


def run(*arguments):
    """Seconds, peak in bytes and report of a command."""
    begin = time.perf_counter()
    with subprocess.Popen([CIBLE, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as process:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"cible {' '.join(arguments)} ended with {process.returncode}")
    return time.perf_counter() - begin, usage.ru_maxrss * 1024, json.loads(output)


def fit_alone(path, engine):
    report = run("fit", path, "--segments", "4", "--stability", "0", "--engine", engine,
                 "--format", "json")[2]
    return report["solutions"][0]["seconds"]


def slope(now, before):
    if before is None:
        return ""
    return f" ({math.log(now[1] / before[1]) / math.log(now[0] / before[0]):.2f})"


def main():
    print("| contacts | mixture, k = 4 | k-means, k = 4 | whole command, k = 2..10 | peak memory |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    before = [None, None, None]
    with tempfile.TemporaryDirectory(prefix="cible_bench_") as folder:
        for size in SIZES:
            path = os.path.join(folder, "contacts.csv")
            with open(path, "wb") as file:
                subprocess.run([CIBLE, "sample", "--contacts", str(size)], check=True, stdout=file)
            whole, peak, _ = run("fit", path, "--format", "json")
            seconds = [fit_alone(path, "mixture"), fit_alone(path, "kmeans"), whole]
            cells = [f"{s:.2f} s{slope((size, s), b)}" for s, b in zip(seconds, before)]
            before = [(size, s) for s in seconds]
            print(f"| {size:,} | {' | '.join(cells)} | {peak / 1e9:.2f} GB |", flush=True)


if __name__ == "__main__":
    main()
