"""How the customers of a real shop stand to it, day by day, against a simulation.

lifecycle_days.py SERVER CIBLE SHARED_DATA: a real server whose clock goes through
four months of an online shop and on until all that was bought then is long ago. Every
morning somebody reads what fell due over night; every evening the lines of the day
are imported. In the end every transition that the server tells is compared with
lifecycle_simulation.py, which shares nothing with it: contact, time, field, from and
to, none missing and none too many; and so is how every contact stands. Skipped where
the data or pandas is not there.
"""

import collections
import csv
import datetime
import io
import json
import pathlib
import re
import sys
import tempfile
import time
import zoneinfo

from lifecycle_simulation import FIELDS, Policy, Simulation, Transition
from retail_server import pandas_and_data, read_lines, running

ZONE = "Europe/London"  # From March 27 on a day begins there before it does in UTC.
FIRST_DAY = datetime.date(2010, 12, 1)  # That of the first line; the last is March 31.
LAST_DAY = datetime.date(2011, 6, 15)
MORNING = datetime.time(0, 5)
EVENING = datetime.time(23, 50)
LINES_A_MESSAGE = 4096  # Of `cible events import`: a day's are recorded all at once.
SHOWN = 10  # Complaints of each kind.

# Delays that end within these months, and levels that those who buy pass through.
POLICY = Policy(
    new_days=20,
    loyal_orders=3,
    dormant_days=30,
    former_days=40,
    warm=10,
    hot=40,
    half_life_days=30,
    interested_orders=2,
    moment_days=15,
    no_moment_days=60,
    offer_price=300,
    large_order=500,
)
CONDITIONS = {
    "new_customer": f"first_purchase_date > today - {POLICY.new_days}d"
    f" AND frequency < {POLICY.loyal_orders}",
    "loyal_customer": f"last_purchase_date > today - {POLICY.dormant_days}d"
    f" AND frequency >= {POLICY.loyal_orders}",
    "dormant_customer": f"last_purchase_date <= today - {POLICY.dormant_days}d",
    "interested": f"frequency >= {POLICY.interested_orders}",
    "warm": f"engagement >= {POLICY.warm}",
    "hot": f"engagement >= {POLICY.hot}",
}
OFFER = f"""
offers {{
  id: "case"
  min_price: {POLICY.offer_price}
  max_price: {2 * POLICY.offer_price}
  bought: "large_order_share > 0"
}}
"""

# As the command writes them.
FIELD_OF_WORD = {field.removeprefix("qualification."): field for field in FIELDS}


def replaced(text, field, value):
    """The text of a policy with another value of a field, which stands there once."""
    line = re.compile(rf"^{field}: .*$", re.MULTILINE)
    text, count = line.subn(f"{field}: {value}", text)
    assert count == 1, f"{field} stands {count} times in the policy"
    return text


def with_timing(text):
    """Judged by purchases: the lines say nothing else of interest."""
    last = "last_purchase_date"
    met = f'"{last} > today - {POLICY.moment_days}d"'
    not_met = f'"{last} <= today - {POLICY.no_moment_days}d"'
    begin = text.index("  timing {")
    end = text.index("  }", begin)
    timing = replaced(text[begin:end], "    met", met)
    timing = replaced(timing, "    not_met", not_met)
    return text[:begin] + timing + text[end:]


def policy_text(default):
    text = with_timing(default)
    for field, condition in CONDITIONS.items():
        text = replaced(text, field, f'"{condition}"')
    delay = "dormant_customer_is_prospect_after_days"
    text = replaced(text, delay, POLICY.former_days)
    return replaced(text, "main_offer", '"case"') + OFFER


def there(day, time):
    return datetime.datetime.combine(day, time, zoneinfo.ZoneInfo(ZONE))


def rfc3339(time):
    return f"{time.astimezone(datetime.timezone.utc):%Y-%m-%dT%H:%M:%SZ}"


def days():
    count = (LAST_DAY - FIRST_DAY).days + 1
    return [FIRST_DAY + datetime.timedelta(days=day) for day in range(count)]


class Shop:
    """The server and the simulation, through the same days."""

    def __init__(self, server, lines, folder):
        self.simulation = Simulation(POLICY)
        self.complaints = []
        self._looks = []  # Complaints of single days.
        self._server = server
        self._lines = dict(list(lines.groupby(lines.InvoiceDate.str[:10])))
        self._file = folder / "day.csv"
        policy = folder / "policy"
        policy.write_text(policy_text(server.run("lifecycle", "show")))
        server.run("lifecycle", "set", policy)

    def pass_day(self, day):
        morning = there(day, MORNING)
        self._server.set_clock(rfc3339(morning))
        self.simulation.morning(morning)
        self._look(morning)
        if str(day) in self._lines:
            self._sell(there(day, EVENING), self._lines[str(day)])

    def _sell(self, evening, lines):
        self._server.set_clock(rfc3339(evening))
        assert len(lines) < LINES_A_MESSAGE
        lines.to_csv(self._file, index=False)
        recorded = self._server.import_events(self._file)["recorded"]
        sold = lines[lines.CustomerID != ""]
        if recorded != len(sold):
            self._looks.append(f"{evening}: {recorded} lines of {len(sold)} recorded")
        columns = ["CustomerID", "InvoiceNo", "Quantity", "UnitPrice"]
        self.simulation.evening(evening, sold[columns].itertuples(index=False))
        self._look(evening)

    def _look(self, time):
        """Reads, by turns, one of the answers that first follow what is due."""
        look = self._look_at_the_latest if time.day % 2 else self._count_customers
        look(time)

    def _look_at_the_latest(self, time):
        page = self._history("--limit", "1")
        latest = max((t.time for t in self.simulation.transitions), default=None)
        told = page[0].time if page else None
        if told != latest:
            self._looks.append(f"{time}: last changed {told}, by the simulation {latest}")

    def _count_customers(self, time):
        options = ["--filter", "contact.relation = CUSTOMER", "--limit", "1", "--format", "json"]
        told = int(json.loads(self._server.run("contacts", "list", *options)).get("totalSize", 0))
        customers = self.simulation.count("relation", "CUSTOMER")
        if told != customers:
            self._looks.append(f"{time}: {told} customers, by the simulation {customers}")

    def _history(self, *options):
        printed = self._server.run("lifecycle", "history", "--format", "csv", *options)
        return [transition_of(row) for row in csv.DictReader(io.StringIO(printed))]

    def compare(self):
        self.complaints += self._looks[:SHOWN]
        kept = self._history("--limit", "1000000")
        if any(a.time < b.time for a, b in zip(kept, kept[1:])):
            self.complaints.append("the history does not begin with the latest")
        self.complaints += differences(kept, self.simulation.transitions)
        for field, values in FIELDS.items():
            for value in ("", *values):
                self._compare_standing(field, value)
        print(f"{len(kept)} transitions of {len(self.simulation.customers)} contacts kept")

    def _compare_standing(self, field, value):
        name = f"contact.{field}"
        condition = f"{name} = {value}" if value else f"is_missing({name})"
        _, lines = self._server.export("--filter", condition)
        kept = {line.split(",")[0] for line in lines}
        customers = self.simulation.customers
        expected = {id for id, customer in customers.items() if customer.found[field] == value}
        if kept != expected:
            missing, many = len(expected - kept), len(kept - expected)
            self.complaints.append(f"{condition}: {missing} contacts missing, {many} too many")


def transition_of(row):
    day = datetime.date.fromisoformat(row["day"])
    noted = datetime.datetime.fromisoformat(row["create_time"].replace(" UTC", "+00:00"))
    noted = noted.astimezone(zoneinfo.ZoneInfo(ZONE))
    field = FIELD_OF_WORD[row["field"]]
    return Transition(row["contact"], day, noted, field, row["from"], row["to"])


def differences(kept, expected):
    """Complaints of what only one of the two has, so many times."""
    kept, expected = collections.Counter(kept), collections.Counter(expected)
    complaints = []
    for word, only in (("missing", expected - kept), ("too many", kept - expected)):
        first = sorted(only.elements(), key=lambda t: (t.time, t.contact, t.field))
        if first:
            complaints.append(f"{len(first)} transitions are {word}, the first of them:")
        complaints += [
            f"  {t.day}, noted {t.time:%Y-%m-%d %H:%M}, {t.contact}, {t.field}:"
            f" {t.before or 'unknown'} -> {t.after or 'unknown'}"
            for t in first[:SHOWN]
        ]
    return complaints


def check_differences(transitions):
    """The comparison sees whatever is wrong with one of them."""
    assert not differences(reversed(transitions), transitions)
    one = transitions[len(transitions) // 2]
    others = [t for t in transitions if t is not one]
    day = datetime.timedelta(days=1)
    for fault in (
        [],
        [one, one],
        [one._replace(day=one.day + day)],
        [one._replace(day=one.day - day)],
        [one._replace(time=one.time + day)],
        [one._replace(contact="another")],
        [one._replace(after="")],
        [one._replace(before="another")],
    ):
        assert differences(others + fault, transitions), fault


def main(server, cible, shared_data):
    pandas, data = pandas_and_data(shared_data)
    lines = read_lines(pandas, data)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        clock = rfc3339(there(FIRST_DAY, datetime.time()))
        with running(server, cible, folder / "shop", clock, "--time-zone", ZONE) as process:
            begin = time.monotonic()
            shop = Shop(process, lines, folder)
            for day in days():
                shop.pass_day(day)
            shop.compare()
    print(f"{len(days())} days in {time.monotonic() - begin:.0f} s")
    check_differences(shop.simulation.transitions)
    for complaint in shop.complaints:
        print(complaint)
    return 1 if shop.complaints else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
