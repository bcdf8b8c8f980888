"""What a unary call costs in allocations: our server against the bare echo."""

import struct

from serving import programs
from serving.programs import NotMeasured, Skipped
from serving.report import Bar

LIBRARY = "liballocation_counter.so"


def library():
    """The counter, beside the programs or where the release preset builds it."""
    for folder in (programs.FOLDER, programs.ROOT / "build" / "release" / "bin"):
        if (folder / LIBRARY).is_file():
            return str(folder / LIBRARY)
    raise Skipped(f"there is no {LIBRARY}; build it by cmake --build --preset release --target "
                  "allocation_counter")


def counting(folder):
    """What a process and its children have to find in their environment."""
    folder.mkdir()
    return {"LD_PRELOAD": library(), "CIBLE_ALLOCATION_COUNTS": str(folder)}


def counted(path):
    return struct.unpack("=Q", path.read_bytes()[:8])[0]


class Counts:
    """Allocations of server and echo during runs of `cible-load`, which starts the
    echo: it is the process that counted and is neither the server nor cible-load."""

    def __init__(self, bench):
        self.bench = bench
        self.runs = 0
        self.of_servers = bench.folder / "allocations"
        self.server = bench.fresh_server(counting(self.of_servers))

    def of_server(self):
        return counted(self.of_servers / str(self.server.pid))

    def run(self, calls):
        """Allocations of the server and of the echo, for so many calls each and for
        what begins and ends a run."""
        self.runs += 1
        folder = self.bench.folder / f"allocations{self.runs}"
        before = self.of_server()
        with programs.BackgroundLoad(
                self.server.address, f"{folder}.log", "--call", "unary", "--in-flight", 64,
                "--calls", calls, "--warm-up", 0, "--compare-echo", "--rounds", 1,
                "--echo-flavour", "queue", environment=counting(folder)) as load:
            figures = load.figures()
            client = load.pid
        if figures["errors"] or figures["echo"]["errors"]:
            raise NotMeasured(f"calls failed: {figures['errors']}, {figures['echo']['errors']}")
        return self.of_server() - before, of_echo(folder, client)


def of_echo(folder, client):
    others = [path for path in folder.iterdir() if path.name != str(client)]
    if len(others) != 1:
        raise NotMeasured(f"{len(others)} processes counted beside cible-load; one was expected")
    return counted(others[0])


def allocations(bench):
    """malloc and what is like it, counted in the processes (LD_PRELOAD): a run of
    2 N calls less one of N, over N, so that what begins and ends a run cancels out.
    A first run is not counted."""
    bench.stop()
    calls = bench.pace.counted_calls
    counts = Counts(bench)
    with counts.server:
        counts.run(calls)
        small, large = counts.run(calls), counts.run(2 * calls)
    ours, theirs = ((two - one) / calls for one, two in zip(small, large))
    bench.report.figure("heap allocations per unary call against the queue echo's",
                        [ours / theirs], Bar("≤", 1, " x"),
                        f"server {ours:.1f}, echo {theirs:.1f}, over {calls:,} calls")
