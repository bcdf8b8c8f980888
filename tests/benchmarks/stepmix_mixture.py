"""StepMix of PyPI against `cible fit --engine mixture` on bank-full: 45,211
contacts, 16 attributes, K = 6, 10 starts.

Both fit the same latent class model by plain maximum likelihood: the numbers are
cut at their quintiles, so that every attribute is categorical on either side and
no floor is needed. Cible's time is that of the whole command, reading and typing
the file and portraying the segments included: the ratio is a lower bound.

Environment: CIBLE_BENCH_DATA, the folder with bank-full.csv.gz; default
../shared/data.
"""

import csv
import gzip
import json
import os
import pathlib
import subprocess
import tempfile
import time

import numpy
import peers

peers.limit_threads()

from stepmix.stepmix import StepMix  # noqa: E402

DATA = pathlib.Path(os.environ.get("CIBLE_BENCH_DATA", peers.ROOT.parent / "shared" / "data"))
CLASSES = 6
STARTS = 10


def read():
    """Codes by column, and the names of the columns."""
    with gzip.open(DATA / "bank-full.csv.gz", "rt", encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter=";")
    columns = []
    for name, values in zip(header[:-1], list(zip(*rows))[:-1]):
        try:
            numbers = numpy.array(values, dtype=float)
            edges = numpy.unique(numpy.quantile(numbers, [0.2, 0.4, 0.6, 0.8]))
            columns.append((name, numpy.searchsorted(edges, numbers)))
        except ValueError:
            columns.append((name, numpy.unique(values, return_inverse=True)[1]))
    return [name for name, _ in columns], numpy.stack([codes for _, codes in columns], axis=1)


def main():
    names, codes = read()
    print(f"bank-full: {codes.shape[0]:,} x {codes.shape[1]}, all categorical")
    folder = tempfile.TemporaryDirectory(prefix="cible_bench_")
    path = os.path.join(folder.name, "bank.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write(",".join(names) + "\n")
        for row in codes:
            file.write(",".join(f"l{code}" for code in row) + "\n")
    reached = {}

    def ours():
        command = [peers.CIBLE, "fit", path, "--segments", str(CLASSES), "--engine", "mixture",
                   "--starts", str(STARTS), "--prior", "0", "--stability", "0", "--threads",
                   str(peers.THREADS), "--format", "json"]
        for name in names:
            command += ["--as", f"{name}=categorical"]
        begin = time.perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        seconds = time.perf_counter() - begin
        reached["ours"] = json.loads(done.stdout)["solutions"][0]["log_likelihood"]
        return seconds

    def theirs():
        model = StepMix(n_components=CLASSES, measurement="categorical", n_init=STARTS,
                        random_state=1, max_iter=1000, abs_tol=1e-4, rel_tol=1e-8,
                        progress_bar=0, verbose=0)
        begin = time.perf_counter()
        model.fit(codes)
        seconds = time.perf_counter() - begin
        reached["theirs"] = model.score(codes) * len(codes)
        return seconds

    runs = min(2, peers.RUNS)
    seconds = peers.alternate(ours, theirs, runs)
    print(f"log-likelihood: ours {reached['ours']:,.2f}, theirs {reached['theirs']:,.2f}")
    peers.report(f"StepMix, bank-full, K = {CLASSES}, {STARTS} starts", *seconds, 20)


if __name__ == "__main__":
    main()
