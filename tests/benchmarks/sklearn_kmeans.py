"""K-means of scikit-learn against `cible cluster`.

The same float32 matrix, the same centroids to start from, tolerance 0, to
convergence, two threads each. Then greedy k-means++ and one run, over 20 seeds.
"""

import sys
import time
import warnings

import peers

peers.limit_threads()

import numpy  # noqa: E402
from sklearn.cluster import KMeans  # noqa: E402

warnings.filterwarnings("ignore")
MOST_ITERATIONS = 5_000


def fit(matrix, segments, **options):
    begin = time.perf_counter()
    model = KMeans(segments, algorithm="lloyd", n_init=1, copy_x=False, **options).fit(matrix)
    return time.perf_counter() - begin, model


def from_the_same_start(name, matrix, segments):
    rows = numpy.random.default_rng(1).choice(len(matrix), segments, replace=False)
    start = matrix[rows].copy()
    files = peers.Files(matrix, start)
    last = {}

    def ours():
        last["ours"] = files.cluster(segments, "--tolerance", 0, "--max-iterations",
                                     MOST_ITERATIONS)
        return last["ours"]["seconds"]

    def theirs():
        seconds, last["theirs"] = fit(matrix.copy(), segments, init=start, tol=0,
                                      max_iter=MOST_ITERATIONS)
        return seconds

    seconds = peers.alternate(ours, theirs)
    peers.report(name, *seconds, 2.5)
    mine, other = last["ours"]["inertia"], last["theirs"].inertia_
    print(f"  inertia {mine:.1f} and {other:.1f} (relative {mine / other - 1:+.1e}), "
          f"iterations {last['ours']['iterations']} and {last['theirs'].n_iter_}", flush=True)


def from_seeds(name, matrix, segments, seeds=20):
    files = peers.Files(matrix)
    seconds, inertias = ([], []), ([], [])
    for seed in range(seeds):
        result = files.cluster(segments, "--restarts", 1, "--seed", seed)
        seconds[0].append(result["seconds"])
        inertias[0].append(result["inertia"])
        took, model = fit(matrix.copy(), segments, random_state=seed)
        seconds[1].append(took)
        inertias[1].append(model.inertia_)
    peers.report(name, *seconds, 2.5)
    means = [numpy.mean(i) for i in inertias]
    error = numpy.hypot(*[numpy.std(i) / seeds**0.5 for i in inertias]) / means[1]
    print(f"  mean inertia over {seeds} seeds {means[0]:.1f} and {means[1]:.1f} "
          f"(relative {means[0] / means[1] - 1:+.1e}, standard error {error:.0e})", flush=True)


def main():
    wanted = sys.argv[1:]
    for rows, columns, segments in peers.SHAPES:
        for kind in (peers.blobs, peers.noise):
            name = f"{rows:,} x {columns} x {segments}, {kind.__name__}"
            if wanted and not any(word in name for word in wanted):
                continue
            matrix = kind(rows, columns, segments)
            from_the_same_start(f"scikit-learn, same start, {name}", matrix, segments)
            if kind is peers.blobs:
                from_seeds(f"scikit-learn, k-means++, {name}", matrix, segments)


if __name__ == "__main__":
    main()
