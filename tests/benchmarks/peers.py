"""What the benchmarks share: matrices, `cible cluster`, alternating runs.

Environment:
  CIBLE            the program; default build/release/bin/cible
  CIBLE_BENCH_RUNS runs of each side; default 5
"""

import json
import os
import pathlib
import statistics
import subprocess
import tempfile

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
CIBLE = os.environ.get("CIBLE", str(ROOT / "build" / "release" / "bin" / "cible"))
RUNS = int(os.environ.get("CIBLE_BENCH_RUNS", "5"))
THREADS = 2

# Rows, columns, segments.
SHAPES = [(500_000, 50, 12), (1_000_000, 32, 16), (45_000, 51, 8)]


def limit_threads():
    """Both sides get two threads. To be called before numpy's users load."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(THREADS)


def blobs(rows, columns, segments, seed=0):
    """Normal clouds that overlap: centres lie about as far apart as clouds are wide."""
    random = numpy.random.default_rng(seed)
    centres = 0.7 * random.standard_normal((segments, columns), dtype=numpy.float32)
    matrix = random.standard_normal((rows, columns), dtype=numpy.float32)
    matrix += centres[random.integers(0, segments, rows)]
    return matrix


def noise(rows, columns, segments, seed=0):
    """One normal cloud: nothing to find, and the most iterations to find it in."""
    del segments
    return numpy.random.default_rng(seed).standard_normal((rows, columns), dtype=numpy.float32)


class Files:
    """A matrix and centroids to start from, where `cible cluster` can read them."""

    def __init__(self, matrix, start=None):
        self.folder = tempfile.TemporaryDirectory(prefix="cible_bench_")
        self.matrix = os.path.join(self.folder.name, "matrix.npy")
        numpy.save(self.matrix, matrix)
        self.start = None
        if start is not None:
            self.start = os.path.join(self.folder.name, "start.npy")
            numpy.save(self.start, start)

    def cluster(self, segments, *arguments):
        """The report of a run."""
        command = [CIBLE, "cluster", self.matrix, "--segments", str(segments), "--threads",
                   str(THREADS), "--format", "json", *map(str, arguments)]
        if self.start is not None:
            command += ["--init", self.start]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return json.loads(done.stdout)


def alternate(ours, theirs, runs=RUNS):
    """Seconds of each side, taken in turns: what else the machine does hits both."""
    seconds = ([], [])
    for _ in range(runs):
        seconds[0].append(ours())
        seconds[1].append(theirs())
    return seconds


def spread(values, form="{:.3f}"):
    parts = [form.format(v) for v in (statistics.median(values), min(values), max(values))]
    return f"{parts[0]} ({parts[1]}-{parts[2]})"


def report(name, ours, theirs, bar):
    ratios = [t / o for o, t in zip(ours, theirs)]
    verdict = "reached" if statistics.median(ratios) >= bar else "MISSED"
    print(f"{name}: {spread(ratios, '{:.2f}')} times as fast, bar {bar}: {verdict}; "
          f"ours {spread(ours)} s, theirs {spread(theirs)} s", flush=True)
