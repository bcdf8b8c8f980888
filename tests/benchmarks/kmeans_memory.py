"""Memory of a k-means fit: its peak over what the program takes without a
matrix, in parts of the float32 matrix. The bar is 1.3.
"""

import subprocess
import sys

import numpy
import peers


# A process starts with the peak of the one it was forked from: the program is
# started by a small one, not by this one with its matrices.
STARTER = """
import os, sys
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,
                     file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
_, status, usage = os.wait4(pid, 0)
print(usage.ru_maxrss * 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def peak(files, segments, *arguments):
    """Bytes that were resident at most, of a process of at least a few."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", STARTER, peers.CIBLE, "cluster", files.matrix, "--segments",
         str(segments), "--threads", str(peers.THREADS), "--format", "json", *arguments],
        check=True, capture_output=True, text=True)
    return int(done.stdout)


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
