"""What a server that idles takes for a call that comes all the same."""

import contextlib
import time

from serving.programs import BackgroundLoad, NotMeasured
from serving.report import Bar

SERVERS = 10
PAUSE = 2  # Seconds between two calls to one server.


def sparse(bench):
    """The slowest of calls that come to each server every two seconds. The servers
    are several, and called in turns, to have 200 such calls in less than a minute.
    Nothing else is measured meanwhile."""
    bench.stop()
    calls = bench.pace.sparse_calls
    with contextlib.ExitStack() as running:
        servers = [running.enter_context(bench.fresh_server()) for _ in range(SERVERS)]
        loads = []
        for server in servers:
            loads.append(running.enter_context(BackgroundLoad(
                server.address, bench.folder / f"sparse{len(loads)}.log", "--call", "unary",
                "--rate", 1 / PAUSE, "--calls", calls, "--warm-up", 0)))
            time.sleep(PAUSE / SERVERS)
        figures = [load.figures() for load in loads]
    if any(f["errors"] or f["not_sent"] or f["ok"] != calls for f in figures):
        raise NotMeasured("calls failed: " + str([f["errors"] for f in figures]))
    worst = max(f["latency_us"]["max"] for f in figures) / 1000
    median = sorted(f["latency_us"]["p50"] for f in figures)[SERVERS // 2] / 1000
    bench.report.figure(f"unary, one every {PAUSE} s, the worst of {SERVERS * calls}", [worst],
                        Bar("≤", 10, " ms"), f"median {median:.2f} ms")
