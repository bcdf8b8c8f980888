"""Models that change under traffic, and memory that must not grow."""

import statistics
import time

from serving import messages, programs
from serving.programs import NotMeasured
from serving.report import Bar

MIB = 2**20
MOST_ROUNDS = 20
WARMING_CONNECTIONS = 40
PAUSE = 0.03  # Seconds between two swaps.


def report_memory(bench, name, before, after):
    bench.report.figure(f"memory, {name}, change", [100 * abs(after / before - 1)],
                        Bar("≤", 2, " %"), f"{before / MIB:.1f} and {after / MIB:.1f} MiB resident")


def call(server, count):
    """So many unary calls, 64 in flight."""
    figures = programs.load(server.address, "--call", "unary", "--in-flight", 64, "--calls",
                            count, "--warm-up", 0, seconds=count / 2_000)
    if figures["errors"]:
        raise NotMeasured(f"calls failed: {figures['errors']}")


def warm_up(server, count):
    """So many calls over many connections, one after the other: each touches heaps
    that the ones before it did not, until all have grown to their size."""
    for _ in range(WARMING_CONNECTIONS):
        call(server, count // WARMING_CONNECTIONS)


def memory(bench):
    """What a server holds resident, before and after two million calls."""
    bench.stop()
    pace = bench.pace
    with bench.fresh_server() as server:
        warm_up(server, pace.warm_calls)
        before = server.resident_bytes()
        call(server, pace.further_calls)
        report_memory(bench, f"{pace.further_calls:,} unary calls after {pace.warm_calls:,}",
                      before, server.resident_bytes())


class Swapper:
    """Makes the one and the other of two models the active one, in turns."""

    def __init__(self, bench, server):
        import grpc

        types = messages.generate(bench.folder)
        channel = grpc.insecure_channel(server.address)
        model = types.segmentation.Model
        activate = messages.method(channel, "SegmentationService/ActivateModel", model)
        roll_back = messages.method(channel, "SegmentationService/RollbackModel", model)
        second = types.segmentation_service.ActivateModelRequest(
            name=f"{messages.SEGMENTATION}/models/m2")
        first = types.segmentation_service.RollbackModelRequest(segmentation=messages.SEGMENTATION)
        self._steps = ((activate, second), (roll_back, first))
        self._error = grpc.RpcError
        self.count = 0

    def swap_while(self, goes_on, pause=0):
        """One after the other, and to the first model in the end."""
        try:
            while goes_on():
                for step, request in self._steps:
                    step(request, timeout=programs.PATIENCE)
                    self.count += 1
                    time.sleep(pause)
        except self._error as error:
            raise NotMeasured(f"swap {self.count + 1} failed: {error.details()}") from error


class Rounds:
    """The same load with and without swaps, in turns."""

    def __init__(self, bench, server, swapper, rate):
        self.bench = bench
        self.server = server
        self.swapper = swapper
        self.rate = rate
        self.quiet, self.swapped = [], []  # Figures of cible-load.

    def warm_up(self):
        """Calls and swaps at once, which touch heaps that neither does alone."""
        self._load_and_swap()

    def measure(self):
        self.quiet.append(self._load(lambda load: None))
        self.swapped.append(self._load_and_swap())

    def _load_and_swap(self):
        return self._load(lambda load: self.swapper.swap_while(load.is_running, PAUSE))

    def _load(self, meanwhile):
        """Swaps go on from before the first measured call to after the last."""
        pace = self.bench.pace
        with programs.BackgroundLoad(
                self.server.address, self.bench.folder / "swaps.log", "--call", "unary", "--rate",
                f"{self.rate:.0f}", "--duration", pace.swap_seconds, "--warm-up",
                pace.warm_up) as load:
            meanwhile(load)
            return load.figures()

    def ratios(self):
        return [with_swaps["latency_us"]["p99"] / without["latency_us"]["p99"]
                for with_swaps, without in zip(self.swapped, self.quiet)]

    def p99(self):
        sides = (statistics.median(f["latency_us"]["p99"] for f in side)
                 for side in (self.swapped, self.quiet))
        return "{:,.0f} µs with, {:,.0f} µs without".format(*sides)

    def failures(self):
        return sum(sum(f["errors"].values()) + f["not_sent"] for f in self.swapped)


def swaps(bench):
    """A thousand swaps of the active model, some twenty a second, while unary calls
    come at a quarter of the saturating rate. Each swap also has the stored contacts
    assigned anew, on the same processors."""
    messages.need("grpc", "google.protobuf")
    rate = bench.saturation() / 4
    bench.stop()
    with bench.fresh_server() as server:
        swapper = Swapper(bench, server)
        rounds = Rounds(bench, server, swapper, rate)
        warm_up(server, bench.pace.warm_calls)
        swapper.swap_while(lambda: swapper.count < bench.pace.swaps // 5)
        rounds.warm_up()
        before, swapper.count = server.resident_bytes(), 0
        while len(rounds.quiet) < MOST_ROUNDS and (
                swapper.count < bench.pace.swaps or len(rounds.quiet) < bench.pace.few_rounds):
            rounds.measure()
        report_swaps(bench, rounds)
        report_memory(bench, f"{swapper.count:,} swaps", before, server.resident_bytes())


def report_swaps(bench, rounds):
    count = rounds.swapper.count
    seconds = sum(f["seconds"] for f in rounds.swapped)
    name = f"{count:,} model swaps under {rounds.rate:,.0f} unary calls/s"
    bench.report.figure(f"{name}, calls failed", [rounds.failures()], Bar("≤", 0, form="{:.0f}"),
                        f"of {sum(f['calls'] for f in rounds.swapped):,}; about "
                        f"{count / seconds:.0f} swaps/s")
    bench.report.figure(f"{name}, p99 against that without", rounds.ratios(),
                        Bar("≤", 1.3, " x"), rounds.p99())
