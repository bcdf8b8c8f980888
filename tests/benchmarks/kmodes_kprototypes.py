"""K-prototypes of PyPI's `kmodes` against `cible fit --engine kmeans` on
bank-full: 45,211 contacts, 16 attributes, K = 6.

One start each side. kmodes has no threads for one start and no fixed order of
work; Cible's time is that of the whole command, reading and typing the file and
portraying the segments included, so that the ratio is a lower bound.

Environment: CIBLE_BENCH_DATA, the folder with bank-full.csv.gz;
default ../shared/data.
"""

import csv
import gzip
import os
import pathlib
import subprocess
import time

import numpy
import peers

peers.limit_threads()

from kmodes.kprototypes import KPrototypes  # noqa: E402

DATA = pathlib.Path(os.environ.get("CIBLE_BENCH_DATA", peers.ROOT.parent / "shared" / "data"))


def read(path):
    with gzip.open(path, "rt", newline="", encoding="utf-8") as file:
        dialect = csv.Sniffer().sniff(file.readline())
        file.seek(0)
        header, *rows = csv.reader(file, dialect)
    keep = [i for i, name in enumerate(header) if name != "y"]
    table = numpy.array(rows, dtype=object)[:, keep]
    categorical = []
    for column in range(table.shape[1]):
        try:
            numbers = table[:, column].astype(float)
            table[:, column] = (numbers - numbers.mean()) / numbers.std()
        except ValueError:
            categorical.append(column)
    return table, categorical


def main():
    path = DATA / "bank-full.csv.gz"
    table, categorical = read(path)
    print(f"bank-full: {table.shape[0]:,} x {table.shape[1]}, {len(categorical)} categorical")

    def ours():
        begin = time.perf_counter()
        subprocess.run([peers.CIBLE, "fit", str(path), "--outcome", "y=yes", "--segments", "6",
                        "--engine", "kmeans", "--starts", "1", "--stability", "0", "--threads",
                        str(peers.THREADS), "--format", "json"], check=True, capture_output=True)
        return time.perf_counter() - begin

    def theirs():
        begin = time.perf_counter()
        KPrototypes(6, init="Cao", n_init=1, random_state=0).fit(table, categorical=categorical)
        return time.perf_counter() - begin

    peers.report("kmodes k-prototypes, bank-full, K = 6, one start",
                 *peers.alternate(ours, theirs, min(3, peers.RUNS)), 50)


if __name__ == "__main__":
    main()
