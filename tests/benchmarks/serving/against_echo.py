"""The server against a bare gRPC server that answers the same bytes, the two in
turns under `cible-load --compare-echo`.

The bare server is the flavour, callback or completion queue, that is the faster
at 64 calls in flight; the first row to need it finds out which.
"""

from serving.programs import NotMeasured
from serving.report import Bar

CALLS = "calls/s against the echo's"
CONTACTS = "contacts/s against the echo's"
P99 = "p99 against the echo's"
ROWS_IN_FLIGHT = 8
TABLES_IN_FLIGHT = 4


def per_round(figures, key):
    """Ratios of the server to the echo, in the order of the rounds."""
    for side in (figures, figures["echo"]):
        if side["errors"]:
            raise NotMeasured(f"calls failed: {side['errors']}")
    return [r["ratio"][key] for r in figures["rounds"]]


def rates(figures, key="calls_per_second"):
    echo = f"{figures['echo_flavour']} echo {figures['echo'][key]:,.0f}/s"
    return f"server {figures[key]:,.0f}/s, {echo}"


def latencies(figures, key):
    server, echo = (side["latency_us"][key] for side in (figures, figures["echo"]))
    return f"server {server:,.0f} µs, echo {echo:,.0f} µs"


def unary(bench):
    """AssignSegment with the contact in the request, 64 calls in flight."""
    figures = bench.compare("--call", "unary", "--in-flight", 64)
    bench.note_saturation(figures)
    name = "unary, 64 in flight"
    bench.report.figure(f"{name}, {CALLS}", per_round(figures, "calls_per_second"),
                        Bar("≥", 0.9), rates(figures))
    bench.report.figure(f"{name}, {P99}", per_round(figures, "p99"), Bar("≤", 1.25, " x"),
                        latencies(figures, "p99"))


def half(bench):
    """The same calls on a schedule, half as many a second as the slower side of 64
    in flight answers."""
    rate = bench.saturation() / 2
    figures = bench.compare("--call", "unary", "--rate", f"{rate:.0f}")
    bench.report.figure(f"unary, open loop at {rate:,.0f}/s, half the saturating rate, {P99}",
                        per_round(figures, "p99"), Bar("≤", 1.25, " x"),
                        latencies(figures, "p99"))


def single(bench):
    """One call under way at a time."""
    figures = bench.compare("--call", "unary", "--in-flight", 1)
    bench.report.figure("unary, one in flight, median against the echo's",
                        per_round(figures, "p50"), Bar("≤", 1.25, " x"),
                        latencies(figures, "p50"))


def match(bench):
    """MatchLead with reasons; then with the questions to ask next, too."""
    figures = bench.compare("--call", "match", "--questions", -1, "--in-flight", 64)
    bench.report.figure(f"MatchLead with reasons, 64 in flight, {CALLS}",
                        per_round(figures, "calls_per_second"), Bar("≥", 0.8), rates(figures))
    figures = bench.compare("--call", "match", "--questions", 0, "--in-flight", 64,
                            rounds=bench.pace.few_rounds)
    bench.report.without_bar(f"MatchLead with reasons and five questions, 64 in flight, {CALLS}",
                             per_round(figures, "calls_per_second"), rates(figures))


def rows(bench):
    """AssignSegments with a message a contact."""
    figures = bench.compare("--call", "rows", "--rows", 256, "--in-flight", ROWS_IN_FLIGHT)
    bench.report.figure(f"rows, batches of 256, {ROWS_IN_FLIGHT} in flight, {CONTACTS}",
                        per_round(figures, "calls_per_second"), Bar("≥", 0.85),
                        rates(figures, "contacts_per_second"))


def table(bench):
    """AssignSegments with the contacts in columns, and their ids."""
    figures = bench.compare("--call", "table", "--rows", 4096, "--in-flight", TABLES_IN_FLIGHT)
    bench.report.figure(f"tables of 4,096 x 12 with ids, {TABLES_IN_FLIGHT} in flight, {CONTACTS}",
                        per_round(figures, "calls_per_second"), Bar("≥", 0.5),
                        rates(figures, "contacts_per_second"))


def stream(bench):
    """StreamAssignments of the same tables."""
    figures = bench.compare("--call", "stream", "--rows", 4096, rounds=bench.pace.few_rounds)
    bench.report.without_bar(f"a stream of tables of 4,096 x 12 with ids, {CONTACTS}",
                             per_round(figures, "calls_per_second"),
                             rates(figures, "contacts_per_second"))
