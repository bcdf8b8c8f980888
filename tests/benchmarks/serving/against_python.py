"""The server against one in Python with scikit-learn (sklearn_server.py), which is
fitted on the same contacts and answers the same calls. `cible-load` drives both.
"""

import statistics
import sys

from serving import messages, programs
from serving.programs import NotMeasured
from serving.report import Bar

# Of its four threads each has one call to answer and one that waits.
BULK_IN_FLIGHT = 8
UNARY = ("--call", "unary", "--in-flight", 64)
ROWS = ("--call", "rows", "--rows", 256, "--in-flight", BULK_IN_FLIGHT)
TABLE = ("--call", "table", "--rows", 4096, "--in-flight", BULK_IN_FLIGHT)


class PythonServer(programs.Process):
    """The peer as a process; what it needs is put into the folder first."""

    def __init__(self, bench):
        messages.generate(bench.folder)
        (bench.folder / "schema.bin").write_bytes(schema_of(bench.server.address))
        self.address = programs.free_address()
        script = programs.ROOT / "tests" / "benchmarks" / "sklearn_server.py"
        super().__init__([sys.executable, "-B", str(script), self.address, str(bench.folder)],
                         bench.folder / "python.log")
        self.wait_until_it_listens(self.address)


def schema_of(address):
    """As a serialised message: that of GetSchemaRequest is its name alone."""
    import grpc

    name = b"workspaces/default/schema"
    with grpc.insecure_channel(address) as channel:
        get = channel.unary_unary("/cible.v1.ContactService/GetSchema")
        return get(bytes([10, len(name)]) + name, timeout=programs.PATIENCE)


def rate(bench, server, arguments, key, seconds):
    warm_up = seconds / 3
    figures = programs.load(server.address, "--contacts", bench.csv, *arguments, "--duration",
                            seconds, "--warm-up", warm_up, seconds=seconds)
    if figures["errors"]:
        raise NotMeasured(f"calls failed: {figures['errors']}")
    if not figures[key]:
        raise NotMeasured(f"no answer to {arguments[1]} in {seconds} s")
    return figures[key]


def python(bench):
    """Unary calls, 64 in flight; then our tables against its tables and its row
    batches, whichever are the faster: a bar for the best that can be had there."""
    messages.need("grpc", "google.protobuf", "sklearn", "pandas")
    pace = bench.pace
    calls, contacts = "calls_per_second", "contacts_per_second"
    ours, ours_in_bulk, theirs, their_rows, their_tables = [], [], [], [], []
    with PythonServer(bench) as peer:
        for _ in range(pace.few_rounds):
            ours.append(rate(bench, bench.server, UNARY, calls, pace.seconds))
            theirs.append(rate(bench, peer, UNARY, calls, pace.python_seconds))
            ours_in_bulk.append(rate(bench, bench.server, TABLE, contacts, pace.seconds))
            their_rows.append(rate(bench, peer, ROWS, contacts, pace.python_seconds))
            their_tables.append(rate(bench, peer, TABLE, contacts, pace.python_seconds))
    report(bench, "unary, calls/s", ours, theirs, 120)
    report(bench, "bulk, contacts/s of our tables and its row batches,", ours_in_bulk, their_rows,
           100)
    report(bench, "the same, had it tables as well", ours_in_bulk, their_tables)


def report(bench, name, ours, theirs, bar=None):
    name += " against Python gRPC + scikit-learn" if bar else ""
    ratios = [o / t for o, t in zip(ours, theirs)]
    rates = f"ours {statistics.median(ours):,.0f}/s, theirs {statistics.median(theirs):,.0f}/s"
    if bar:
        bench.report.figure(name, ratios, Bar("≥", bar, " x", "{:.0f}"), rates)
    else:
        bench.report.without_bar(name, ratios, rates, "{:.0f} x")
