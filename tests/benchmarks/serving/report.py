"""Figures held against their bars, a line each: `name: value (bar ...) MET`."""

import operator
import statistics

HOLDS = {"≥": operator.ge, "≤": operator.le}


class Bar:
    """What a figure has to reach: `Bar("≥", 0.9)`."""

    def __init__(self, sign, limit, unit="", form="{:.2f}"):
        self.sign = sign
        self.limit = limit
        self.unit = unit
        self.form = form

    def is_met(self, value):
        return HOLDS[self.sign](value, self.limit)

    def write(self, value):
        return self.form.format(value) + self.unit

    def __str__(self):
        return f"bar {self.sign} {self.limit:g}{self.unit}"


class Report:
    """Prints as it goes; remembers whether all bars were met."""

    def __init__(self):
        self.met = 0
        self.missed = []
        self.failed = []

    def figure(self, name, values, bar, notes=""):
        """The median of the rounds decides; least and greatest are printed with it."""
        value = statistics.median(values)
        is_met = bar.is_met(value)
        if is_met:
            self.met += 1
        else:
            self.missed.append(name)
        parts = [f"{name}: {bar.write(value)} ({bar}) {'MET' if is_met else 'MISSED'}"]
        if len(values) > 1:
            parts.append(f"{bar.write(min(values))} to {bar.write(max(values))} "
                         f"in {len(values)} rounds")
        self.line("; ".join(parts + [notes] * bool(notes)))

    def without_bar(self, name, values, notes="", form="{:.2f}"):
        value, least, most = (form.format(f(values)) for f in (statistics.median, min, max))
        between = f"; {least} to {most} in {len(values)} rounds" if len(values) > 1 else ""
        self.line(f"{name}: {value} (no bar){between}{'; ' * bool(notes)}{notes}")

    def skipped(self, name, why):
        self.line(f"{name}: skipped: {why}")

    def failure(self, name, why):
        self.failed.append(name)
        self.line(f"{name}: NOT MEASURED: {why}")

    def line(self, text):
        print(text, flush=True)
