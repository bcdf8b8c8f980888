"""FAISS's Clustering against `cible cluster`.

The same float32 matrix, all of it (FAISS draws 256 rows a centroid otherwise),
the same centroids to start from, as many iterations, two threads each. FAISS
cannot iterate to convergence: it gets the number that Cible took.
"""

import sys
import time

import peers

peers.limit_threads()

import faiss  # noqa: E402
import numpy  # noqa: E402


def fit(matrix, start, iterations):
    rows, columns = matrix.shape
    segments = len(start)
    clustering = faiss.Clustering(columns, segments)
    clustering.niter = iterations
    clustering.max_points_per_centroid = rows
    faiss.copy_array_to_vector(start.ravel(), clustering.centroids)
    index = faiss.IndexFlatL2(columns)
    begin = time.perf_counter()
    clustering.train(matrix, index)
    seconds = time.perf_counter() - begin
    distances, _ = index.search(matrix, 1)
    return seconds, float(distances.sum(dtype=numpy.float64))


def compare(name, matrix, segments):
    rows = numpy.random.default_rng(1).choice(len(matrix), segments, replace=False)
    start = matrix[rows].copy()
    files = peers.Files(matrix, start)
    last = {}

    def ours():
        last["ours"] = files.cluster(segments, "--tolerance", 0, "--max-iterations", 5_000)
        return last["ours"]["seconds"]

    def theirs():
        seconds, last["theirs"] = fit(matrix, start, last["ours"]["iterations"])
        return seconds

    seconds = peers.alternate(ours, theirs, min(3, peers.RUNS))
    peers.report(name, *seconds, 10)
    mine, other = last["ours"]["inertia"], last["theirs"]
    print(f"  inertia {mine:.1f} and {other:.1f} (relative {mine / other - 1:+.1e}) after "
          f"{last['ours']['iterations']} iterations", flush=True)


def main():
    faiss.omp_set_num_threads(peers.THREADS)
    wanted = sys.argv[1:]
    for rows, columns, segments in peers.SHAPES:
        name = f"{rows:,} x {columns} x {segments}, blobs"
        if wanted and not any(word in name for word in wanted):
            continue
        compare(f"FAISS, {name}", peers.blobs(rows, columns, segments), segments)


if __name__ == "__main__":
    main()
