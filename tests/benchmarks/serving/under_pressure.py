"""Small calls beside a large one, and more calls than can be answered."""

import os
import pathlib
import statistics

from serving import programs
from serving.programs import NotMeasured, Skipped
from serving.report import Bar

RATE_BESIDE_STREAM = 1_000
ROWS_OF_STREAM = 1_000_000
OVERLOAD = 3
DEADLINE_MS = 1_000
# What is sent too much of: name, arguments of cible-load. Large tables cost a server
# much more to answer than to refuse, small calls do not.
KINDS = (("unary", ("--call", "unary")),
         ("tables of 256", ("--call", "table", "--rows", 256)),
         ("tables of 4,096", ("--call", "table", "--rows", 4096)))


def p99_at_low_rate(bench):
    pace = bench.pace
    figures = programs.load(bench.server.address, "--call", "unary", "--rate", RATE_BESIDE_STREAM,
                            "--duration", pace.stream_seconds, "--warm-up", pace.warm_up,
                            seconds=pace.stream_seconds)
    if figures["errors"] or figures["not_sent"]:
        raise NotMeasured(f"calls failed: {figures['errors']}, {figures['not_sent']} not sent")
    return figures["latency_us"]["p99"]


def p99_beside_stream(bench, log):
    """The stream begins before the calls and ends after them; the second figure is
    the contacts it brought."""
    pace = bench.pace
    seconds = pace.stream_seconds + 2 * pace.warm_up + 1
    with programs.BackgroundLoad(bench.server.address, log, "--call", "stream", "--duration",
                                 seconds, "--warm-up", 0) as stream:
        p99 = p99_at_low_rate(bench)
        figures = stream.figures()
    if figures["errors"]:
        raise NotMeasured(f"the stream failed: {figures['errors']}")
    return p99, figures["contacts_per_second"] * figures["seconds"]


def beside_stream(bench):
    """Unary calls, few a second and on schedule, alone and beside a stream that
    brings tables as fast as they are answered, in turns."""
    alone, beside, contacts = [], [], []
    for number in range(bench.pace.few_rounds):
        alone.append(p99_at_low_rate(bench))
        p99, brought = p99_beside_stream(bench, bench.folder / f"stream{number}.log")
        beside.append(p99)
        contacts.append(brought)
    short = "" if min(contacts) >= ROWS_OF_STREAM else ", FEWER than the million of the bar"
    bench.report.figure(
        f"a stream running, p99 of {RATE_BESIDE_STREAM:,} unary calls/s against idle",
        [b / a for a, b in zip(alone, beside)], Bar("≤", 3, " x"),
        f"{statistics.median(beside):,.0f} µs and {statistics.median(alone):,.0f} µs; a stream "
        f"of {statistics.median(contacts):,.0f} contacts{short}")


class QuarterOfACore:
    """A processor for the load, and a quarter of another for the server, so that the
    load can be three times what the server has strength for. The other quarters go
    to loops without end."""

    RIVALS = 3

    def __init__(self, folder):
        evenly = pathlib.Path("/proc/sys/kernel/sched_autogroup_enabled")
        if not evenly.is_file() or evenly.read_text(encoding="ascii").strip() != "1":
            raise Skipped("a kernel whose sessions share a processor evenly "
                          "(kernel.sched_autogroup_enabled)")
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) < 2:
            raise Skipped("two processors: one for the load, one for the server")
        self.load, self.server = (["taskset", "--cpu-list", str(core)] for core in cores[:2])
        self._folder = folder
        self._rivals = []

    def __enter__(self):
        for number in range(self.RIVALS):
            self._rivals.append(programs.Process(
                [*self.server, "sh", "-c", "while :; do :; done"],
                self._folder / f"rival{number}.log"))
        return self

    def __exit__(self, *_):
        for rival in self._rivals:
            rival.stop()


class Overload:
    """Rounds of a closed loop, of three times its calls on a schedule, and of the
    closed loop again."""

    def __init__(self, bench, server, arguments, shell):
        self.pace = bench.pace
        self.server = server
        self.arguments = arguments
        self.shell = shell
        self.peaks, self.rounds, self.recovered = [], [], []

    def measure(self):
        self.peaks.append(self._saturate())
        rate = OVERLOAD * self.peaks[-1]
        self.rounds.append(self._load("--rate", f"{rate:.0f}", "--deadline-ms", DEADLINE_MS))
        self.recovered.append(self._saturate() / self.peaks[-1])

    def _saturate(self):
        figures = self._load("--in-flight", 64)
        if figures["errors"]:
            raise NotMeasured(f"calls of 64 in flight failed: {figures['errors']}")
        return figures["calls_per_second"]

    def _load(self, *shape):
        return programs.load(self.server.address, *self.arguments, *shape, "--duration",
                             self.pace.seconds, "--warm-up", self.pace.warm_up,
                             seconds=self.pace.seconds, shell=self.shell)

    def goodput(self):
        """Good answers a second against the closed loop's."""
        return [r["calls_per_second"] / peak for r, peak in zip(self.rounds, self.peaks)]

    def refusal_ms(self):
        """p99 of calls that failed, from when they were really sent: what the
        client could not send in time is no fault of the answer."""
        return [r["error_latency_from_send_us"]["p99"] / 1000 for r in self.rounds if r["errors"]]

    def errors(self):
        codes = {}
        for code, count in (item for r in self.rounds for item in r["errors"].items()):
            codes[code] = codes.get(code, 0) + count
        return codes

    def sent_share(self):
        return statistics.median(r["sent_per_second"] / r["rate"] for r in self.rounds)


def overload(bench):
    """Three times the calls that a closed loop of 64 gets answered, on schedule,
    with a deadline each: how many are answered well, and how soon the others are
    refused."""
    bench.stop()
    with QuarterOfACore(bench.folder) as machine:
        with bench.fresh_server(shell=machine.server) as server:
            for name, arguments in KINDS:
                run = Overload(bench, server, arguments, machine.load)
                for _ in range(bench.pace.few_rounds):
                    run.measure()
                report_overload(bench.report, name, run)


def report_overload(report, name, run):
    name = f"{OVERLOAD} x the saturating load, server on a quarter of a core, {name}"
    sent = f"{1 - run.sent_share():.0%} of the calls the client could not send"
    report.without_bar(f"{name}, 64 in flight afterwards against before", run.recovered, "")
    report.figure(f"{name}, goodput against its peak", run.goodput(), Bar("≥", 0.85),
                  f"peak {statistics.median(run.peaks):,.0f}/s; {sent}")
    errors = run.errors()
    if not errors:
        report.skipped(f"{name}, refusals", "none; everything that was sent was answered")
        return
    intended = max(r["error_latency_us"]["p99"] or 0 for r in run.rounds) / 1000
    report.figure(f"{name}, p99 until a refusal", run.refusal_ms(), Bar("≤", 20, " ms"),
                  f"{intended:,.0f} ms from when they were due; {codes(errors)}")


def codes(errors):
    return ", ".join(f"{count:,} {code}" for code, count in sorted(errors.items()))
