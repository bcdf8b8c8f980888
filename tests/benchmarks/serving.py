"""The bars of serving, each a line `name: value (bar ...) MET` or `MISSED`.

  serving.py [--quick] [ROW ...]

Model: MIXTURE of six segments on 6 numeric and 6 categorical attributes, of
contacts that are made here. Both sides run on this machine and take turns; the
median of the rounds is held against the bar. Servers, their data and ports are
made for the run and gone after it.

  --quick   very short rounds: whether it runs, not how fast

Rows, all if none is named: {rows}

Environment: CIBLE_BIN, the folder of cible, cible-server and cible-load; default
build/release/bin. Exit code 1 when a bar is missed or a row fails.
"""

import argparse
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

from serving import (against_echo, against_python, allocations, bench, machine,  # noqa: E402
                     report, sparse, swaps, under_pressure)
from serving.programs import NotMeasured, Skipped  # noqa: E402

ROWS = {
    "unary": against_echo.unary,
    "half": against_echo.half,
    "single": against_echo.single,
    "match": against_echo.match,
    "rows": against_echo.rows,
    "table": against_echo.table,
    "stream": against_echo.stream,
    "python": against_python.python,
    "allocations": allocations.allocations,
    "beside_stream": under_pressure.beside_stream,
    "overload": under_pressure.overload,
    "swaps": swaps.swaps,
    "memory": swaps.memory,
    "sparse": sparse.sparse,
}
FAILURES = (NotMeasured, OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError)


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__.format(rows=", ".join(ROWS)),
        formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("rows", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args()
    unknown = [row for row in options.rows if row not in ROWS]
    if unknown:
        parser.error(f"there is no row {', '.join(unknown)}; rows are {', '.join(ROWS)}")
    return options


def measure(run, name):
    """Whatever befalls a row, the next is measured."""
    try:
        ROWS[name](run)
    except Skipped as skipped:
        run.report.skipped(name, skipped)
    except FAILURES as failure:
        run.report.failure(name, f"{type(failure).__name__}: {failure}"
                           if not isinstance(failure, NotMeasured) else failure)
        run.stop()


def run_all(options, lines):
    pace = bench.QUICK if options.quick else bench.FULL
    with tempfile.TemporaryDirectory(prefix="cible_bench_") as folder:
        run = bench.Bench(folder, pace, lines)
        try:
            run.train()
            for name in ROWS:
                if not options.rows or name in options.rows:
                    measure(run, name)
        except NotMeasured as failure:
            lines.failure("serving", failure)
        finally:
            run.stop()


def main():
    options = parse()
    # Servers are stopped and folders removed then, too.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda number, _: sys.exit(128 + number))
    lines = report.Report()
    lines.line(f"machine: {machine.description()}")
    run_all(options, lines)
    if options.quick:
        lines.line("quick: the rounds were too short for the figures to mean anything")
    lines.line(f"bars: {lines.met} met, {len(lines.missed)} missed; rows that could not be "
               f"measured: {len(lines.failed)}")
    return 1 if lines.missed or lines.failed else 0


if __name__ == "__main__":
    sys.exit(main())
