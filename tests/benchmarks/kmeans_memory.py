"""Memory of a k-means fit: its peak over what the program takes without a
matrix, in parts of the float32 matrix. The bar is 1.3.
"""

import os
import subprocess

import numpy
import peers


def peak(files, segments, *arguments):
    """Bytes that were resident at most."""
    process = subprocess.Popen(
        [peers.CIBLE, "cluster", files.matrix, "--segments", str(segments), "--threads",
         str(peers.THREADS), "--format", "json", *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"cible cluster ended with {process.returncode}")
    return usage.ru_maxrss * 1024


def main():
    nothing = peak(peers.Files(numpy.eye(2, dtype=numpy.float32)), 2)
    for rows, columns, segments in peers.SHAPES:
        if rows < 500_000:
            continue
        matrix = peers.blobs(rows, columns, segments)
        for kind in (numpy.float32, numpy.float64):
            files = peers.Files(matrix.astype(kind))
            share = (peak(files, segments, "--restarts", "1") - nothing) / matrix.nbytes
            print(f"memory, {rows:,} x {columns} x {segments} from {kind.__name__}: {share:.2f} x "
                  f"the float32 matrix, bar 1.3: {'reached' if share <= 1.3 else 'MISSED'}",
                  flush=True)


if __name__ == "__main__":
    main()
