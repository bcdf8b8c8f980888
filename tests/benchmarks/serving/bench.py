"""What the rows share: how long they measure, the model, the server on it, and
what one row found out that another needs.
"""

import dataclasses
import pathlib
import shutil
import statistics

from serving import planted_contacts, programs

# Few, since every model that is activated assigns the stored contacts anew.
CONTACTS = 3_000


@dataclasses.dataclass(frozen=True)
class Pace:
    """How long is measured."""

    rounds: int = 5
    few_rounds: int = 3  # Of figures without a bar, and of long ones.
    seconds: float = 1.8  # A round of either side.
    warm_up: float = 0.3
    python_seconds: float = 2  # A round of the peer in Python.
    stream_seconds: float = 3  # A round of few calls a second, beside a stream or not.
    sparse_calls: int = 20  # Of each of the servers.
    counted_calls: int = 20_000  # Between which allocations are counted.
    swaps: int = 1_000
    swap_seconds: float = 5  # A round with swaps, or without.
    warm_calls: int = 200_000
    further_calls: int = 2_000_000


FULL = Pace()
QUICK = Pace(rounds=2, few_rounds=2, seconds=0.3, warm_up=0.1, python_seconds=1,
             stream_seconds=1, sparse_calls=2, counted_calls=2_000, swaps=60, swap_seconds=0.5,
             warm_calls=20_000, further_calls=50_000)


class Bench:
    """One run of this benchmark, in a temporary folder."""

    def __init__(self, folder, pace, report):
        self.folder = pathlib.Path(folder)
        self.pace = pace
        self.report = report
        self.csv = self.folder / "contacts.csv"
        self.flavour = None  # Of the echo that is fastest at 64 in flight.
        self._data = self.folder / "trained"
        self._copies = 0
        self._server = None
        self._saturation = None

    def train(self):
        """Data with two models of six segments on 6 numeric and 6 categorical
        attributes; the first is active."""
        planted_contacts.write(self.csv, CONTACTS)
        with programs.Server(self._data) as server:
            server.command("contacts", "import", self.csv)
            for seed in (1, 2):
                server.command("train", "--engine", "mixture", "--segments", "6", "--stability",
                               "0", "--seed", seed)
            server.shut_down()

    def fresh_server(self, environment=None, shell=()):
        """A server of one's own on a copy of that data."""
        self._copies += 1
        data = self.folder / f"copy{self._copies}"
        shutil.copytree(self._data, data, ignore=shutil.ignore_patterns("lock"))
        return programs.Server(data, environment, shell)

    @property
    def server(self):
        """The one that rows share which leave it as it was."""
        if self._server is None:
            self._server = self.fresh_server()
        self._server.check()
        return self._server

    def stop(self):
        """The shared server; the next one to ask for it gets a new one."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def compare(self, *arguments, rounds=None, seconds=None, warm_up=None):
        """The server against the bare echo of the same messages, in turns."""
        rounds, seconds = rounds or self.pace.rounds, seconds or self.pace.seconds
        warm_up = self.pace.warm_up if warm_up is None else warm_up
        flavour = ["--echo-flavour", self.flavour] if self.flavour else []
        figures = programs.load(
            self.server.address, *arguments, "--compare-echo", "--rounds", rounds, "--duration",
            seconds, "--warm-up", warm_up, *flavour, seconds=2 * rounds * (seconds + warm_up))
        self.flavour = figures["echo_flavour"]
        return figures

    def note_saturation(self, figures):
        """Of 64 unary calls in flight: the calls a second of the slower side."""
        self._saturation = min(statistics.median(r[side]["calls_per_second"]
                                                 for r in figures["rounds"])
                               for side in ("server", "echo"))

    def saturation(self):
        if self._saturation is None:
            self.note_saturation(self.compare("--in-flight", 64, rounds=self.pace.few_rounds))
        return self._saturation
