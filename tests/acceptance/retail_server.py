"""Real servers that are fed the lines of a real shop, whose clock the test sets."""

import contextlib
import csv
import io
import os
import pathlib
import re
import subprocess
import sys
import time

SKIPPED = 77  # ctest: SKIP_RETURN_CODE.
DATA = "online_retail_2010-12_2011-03.csv.gz"
PATIENCE = 120  # Seconds that a server may take to start or to stop.


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def pandas_and_data(shared_data):
    """The module, and the path of the shop's lines; skips the test without one of them."""
    data = pathlib.Path(shared_data) / DATA
    if not data.exists():
        skip(f"{data} is not there")
    try:
        import pandas
    except ImportError:
        skip("pandas is not installed: scripts/install.sh --tests")
    return pandas, data


def read_lines(pandas, data):
    """Every cell as it is written; CustomerID is empty where there is none."""
    return pandas.read_csv(data, dtype=str, keep_default_na=False)


class Server:
    """A server process whose clock stands still until it is set, and the client for it."""

    def __init__(self, server, cible, folder, clock):
        folder.mkdir()
        self._folder = folder
        self.set_clock(clock)
        (folder / "settings").write_text(f'testing {{ clock_file: "{folder}/clock" }}\n')
        self._cible = cible
        self._log = (folder / "log").open("w")
        self._process = subprocess.Popen(
            [server, "--data-dir", folder / "data", "--listen", "127.0.0.1:0"]
            + ["--config", folder / "settings", "--testing"],
            stderr=self._log,
        )
        self._address = None

    def set_clock(self, now):
        (self._folder / "next").write_text(f"{now}\n")
        os.replace(self._folder / "next", self._folder / "clock")

    def wait_for_address(self):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            found = re.search(r"listens on ([^;\s]+);", self._said())
            if found:
                self._address = found[1]
                return
            time.sleep(0.02)
        sys.exit(f"the server does not listen:\n{self._said()}")

    def run(self, *arguments):
        """What `cible` prints; it must succeed."""
        command = [self._cible, *arguments, "--server", self._address]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{command} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def import_events(self, path, *options):
        """How many events were recorded, unchanged, ...: by word."""
        arguments = ["events", "import", path, "--type", "purchase", "--format", "csv"]
        printed = self.run(*arguments, *options)
        counts = next(csv.DictReader(io.StringIO(printed)))
        return {word: int(count) for word, count in counts.items() if count.isdigit()}

    def export(self, *options):
        """The contacts' lines by id, as text, and the header."""
        printed = self.run("contacts", "export", *options)
        header, *lines = printed.splitlines(keepends=True)
        return header, sorted(lines)

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        finally:
            self._log.close()

    def _said(self):
        return pathlib.Path(self._log.name).read_text()


@contextlib.contextmanager
def running(server, cible, folder, clock, *workspace):
    """A server that listens, after `cible workspace set` with these options."""
    process = Server(server, cible, folder, clock)
    try:
        process.wait_for_address()
        process.run("workspace", "set", *workspace)
        yield process
    finally:
        process.stop()
