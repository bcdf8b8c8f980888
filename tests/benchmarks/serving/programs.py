"""The programs that are measured, as processes that end with this one.

Environment: CIBLE_BIN, the folder of cible, cible-server and cible-load; default
build/release/bin.
"""

import json
import os
import pathlib
import re
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
FOLDER = pathlib.Path(os.environ.get("CIBLE_BIN", ROOT / "build" / "release" / "bin")).resolve()
PORTS = range(52300, 52400)
PATIENCE = 60  # Seconds beyond what a command is meant to take.


class NotMeasured(Exception):
    """Why a row has no figure."""


class Skipped(Exception):
    """What a row lacks that need not be there."""


def program(name):
    path = FOLDER / name
    if not path.is_file():
        raise NotMeasured(f"no {path}; run cmake --preset release && cmake --build --preset "
                          "release, or set CIBLE_BIN")
    return str(path)


def free_address():
    """One of the ports that nobody listens on."""
    for port in PORTS:
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind(("127.0.0.1", port))
            except OSError:
                continue
            return f"127.0.0.1:{port}"
    raise NotMeasured(f"the ports {PORTS.start} to {PORTS.stop - 1} are all taken")


def last_line(text):
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def tied(command):
    """The command, which the kernel kills when this process ends, however it does."""
    return ["setpriv", "--pdeathsig", "KILL", *command]


class Process:
    """A program in the background, in a session of its own: sessions share a
    processor evenly, however many threads they have and whatever their niceness."""

    def __init__(self, command, log, environment=None, stdout=None):
        self.log = pathlib.Path(log)
        with self.log.open("wb") as errors:
            self.process = subprocess.Popen(
                tied(command), stdin=subprocess.DEVNULL, stdout=stdout or errors, stderr=errors,
                env={**os.environ, **(environment or {})}, start_new_session=True)

    @property
    def pid(self):
        return self.process.pid

    def last_words(self):
        return last_line(self.log.read_text(encoding="utf-8", errors="replace"))

    def is_running(self):
        return self.process.poll() is None

    def check(self):
        if not self.is_running():
            command = " ".join(self.process.args[3:])
            raise NotMeasured(f"{command} ended with {self.process.returncode}: "
                              f"{self.last_words()}")

    def wait_until_it_listens(self, address):
        host, port = address.rsplit(":", 1)
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            self.check()
            try:
                socket.create_connection((host, int(port)), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise NotMeasured(f"nothing listens on {address} after {PATIENCE} s: {self.last_words()}")

    def resident_bytes(self):
        self.check()
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024

    def stop(self):
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Server(Process):
    """`cible-server` on a folder of data. `shell` comes before its command."""

    def __init__(self, data, environment=None, shell=()):
        self.address = free_address()
        super().__init__([*shell, program("cible-server"), "--data-dir", str(data), "--listen",
                          self.address], f"{data}.log", environment)
        self.wait_until_it_listens(self.address)

    def shut_down(self):
        """Lets it put its store in order first."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.stop()

    def command(self, *arguments):
        """Runs `cible` against it; what that printed."""
        done = subprocess.run(tied([program("cible"), "--server", self.address,
                                    *map(str, arguments)]), capture_output=True, text=True,
                              timeout=10 * PATIENCE, check=False)
        if done.returncode != 0:
            raise NotMeasured(f"cible {' '.join(map(str, arguments))}: {last_line(done.stderr)}")
        return done.stdout


def load_command(address, *arguments):
    return [program("cible-load"), "--server", address, "--format", "json", *map(str, arguments)]


def load(address, *arguments, seconds=0, shell=()):
    """Figures of a run of `cible-load` that is meant to take so many seconds. `shell`
    comes before its command."""
    try:
        done = subprocess.run(tied([*shell, *load_command(address, *arguments)]),
                              capture_output=True, text=True, timeout=seconds + 2 * PATIENCE,
                              check=False)
    except subprocess.TimeoutExpired as expired:
        raise NotMeasured(f"cible-load had not ended after {expired.timeout:.0f} s") from expired
    return parsed(done.returncode, done.stdout, done.stderr, arguments)


def parsed(code, output, errors, arguments):
    if code != 0:
        raise NotMeasured(f"cible-load {' '.join(map(str, arguments))}: {last_line(errors)}")
    return json.loads(output)


class BackgroundLoad(Process):
    """`cible-load` while something else happens."""

    def __init__(self, address, log, *arguments, environment=None):
        self.arguments = arguments
        super().__init__(load_command(address, *arguments), log, environment, subprocess.PIPE)

    def figures(self):
        """Waits for its end."""
        try:
            output, _ = self.process.communicate(timeout=5 * PATIENCE)
        except subprocess.TimeoutExpired as expired:
            raise NotMeasured("cible-load did not end") from expired
        return parsed(self.process.returncode, output, self.last_words(), self.arguments)
