"""StepMix of PyPI against `cible fit --engine mixture` on bank-full: 45,211
contacts, 16 attributes, K = 6, 10 starts.

Both fit the same model by plain maximum likelihood, twice:

  categorical  all numbers are cut at their quintiles
  mixed        age, day and the logarithm of the duration are Gaussian, the other
               numbers are cut. They are the numbers without a value that many
               contacts share: of such a one a likelihood has no bound, and what
               is reached is the floor of the variances, which differs.

Cible's time is that of the whole command, reading and typing the file and
portraying the segments included: the ratio is a lower bound.

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
import pandas
import peers

peers.limit_threads()

from stepmix.stepmix import StepMix  # noqa: E402
from stepmix.utils import get_mixed_descriptor  # noqa: E402

DATA = pathlib.Path(os.environ.get("CIBLE_BENCH_DATA", peers.ROOT.parent / "shared" / "data"))
CLASSES = 6
STARTS = 10


def read(gaussian):
    """Columns, and the names of the columns."""
    with gzip.open(DATA / "bank-full.csv.gz", "rt", encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter=";")
    columns = []
    for name, values in zip(header[:-1], list(zip(*rows))[:-1]):
        try:
            numbers = numpy.array(values, dtype=float)
        except ValueError:
            columns.append(numpy.unique(values, return_inverse=True)[1])
            continue
        if name in gaussian:
            columns.append(numpy.log1p(numbers) if name == "duration" else numbers)
        else:
            edges = numpy.unique(numpy.quantile(numbers, [0.2, 0.4, 0.6, 0.8]))
            columns.append(numpy.searchsorted(edges, numbers))
    return header[:-1], columns


def compare(title, gaussian):
    names, columns = read(gaussian)
    folder = tempfile.TemporaryDirectory(prefix="cible_bench_")
    path = os.path.join(folder.name, "bank.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write(",".join(names) + "\n")
        for row in zip(*columns):
            file.write(",".join(repr(float(value)) if name in gaussian else f"l{value}"
                                for name, value in zip(names, row)) + "\n")
    types = [argument for name in names for argument in
             ("--as", f"{name}={'numeric' if name in gaussian else 'categorical'}")]
    parts = {"categorical": [name for name in names if name not in gaussian]}
    if gaussian:
        parts["continuous"] = gaussian
    table, measurement = get_mixed_descriptor(pandas.DataFrame(dict(zip(names, columns))), **parts)
    reached = {}

    def ours():
        command = [peers.CIBLE, "fit", path, "--segments", str(CLASSES), "--engine", "mixture",
                   "--starts", str(STARTS), "--prior", "0", "--stability", "0", "--threads",
                   str(peers.THREADS), "--format", "json", *types]
        begin = time.perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        seconds = time.perf_counter() - begin
        reached["ours"] = json.loads(done.stdout)["solutions"][0]["log_likelihood"]
        return seconds

    def theirs():
        model = StepMix(n_components=CLASSES, measurement=measurement, n_init=STARTS,
                        random_state=1, max_iter=1000, abs_tol=1e-4, rel_tol=1e-8,
                        progress_bar=0, verbose=0)
        begin = time.perf_counter()
        model.fit(table)
        seconds = time.perf_counter() - begin
        reached["theirs"] = model.score(table) * len(table)
        return seconds

    seconds = peers.alternate(ours, theirs, min(2, peers.RUNS))
    lower = reached["ours"] < reached["theirs"] - 0.01
    print(f"log-likelihood, {title}: ours {reached['ours']:,.2f}, theirs {reached['theirs']:,.2f}: "
          f"{'LOWER' if lower else 'no lower'}")
    peers.report(f"StepMix, bank-full, {title}, K = {CLASSES}, {STARTS} starts", *seconds, 20)


if __name__ == "__main__":
    compare("categorical", [])
    compare("mixed", ["age", "day", "duration"])
