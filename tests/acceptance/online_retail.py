"""Every behavioural attribute of every customer of a real shop, against pandas.

online_retail.py SERVER CIBLE SHARED_DATA: starts real servers on folders of their
own, whose clock says 2011-04-01, imports four months of an online shop
(142,083 lines, with cancellations, lines without a customer and equal lines), and
compares what `cible contacts export` says, to the cent and to the day, with a
computation that shares nothing with ours. Then the same lines shuffled, imported
twice, and in 50 parts by four clients at once: every time the same export, to the
byte. Skipped where the data or pandas is not there.
"""

import concurrent.futures
import csv
import gzip
import pathlib
import sys
import tempfile
import time

from retail_server import pandas_and_data, read_lines, running

CLOCK = "2011-04-01T23:30:00Z"
TODAY = {"UTC": "2011-04-01", "Europe/London": "2011-04-02"}  # Summer time since March 27.
LARGE_ORDER_CENTS = 50_000
HALF_LIFE_DAYS = 30
PURCHASE_INTEREST = 5
CATEGORIES = {"bags": ("85099*", "85099B"), "card": ("22*",), "post": ("POST", "M")}
PARTS = 50
CLIENTS = 4


def workspace(zone):
    categories = [f"--item-category={id}={','.join(i)}" for id, i in CATEGORIES.items()]
    return ["--time-zone", zone, *categories]


def customers(pandas, lines, today):
    """What pandas makes of the lines: a frame by customer, unknown values NaN or NaT."""
    frame = lines[lines.CustomerID != ""].copy()
    cents = (frame.UnitPrice.astype(float) * 100).round().astype("int64")
    frame["cents"] = frame.Quantity.astype("int64") * cents
    frame["bought"] = frame.cents >= 0
    frame["day"] = pandas.to_datetime(frame.InvoiceDate).dt.normalize()
    frame["age"] = (pandas.Timestamp(today) - frame.day).dt.days
    by_order = frame.groupby(["CustomerID", "InvoiceNo"])
    orders = by_order.agg(cents=("cents", "sum"), bought=("bought", "any"))
    by_customer = frame.groupby("CustomerID")
    bought = frame[frame.bought]
    result = pandas.DataFrame(index=sorted(frame.CustomerID.unique()))
    result["monetary"] = by_customer.cents.sum()
    result["net_paid"] = result.monetary
    result["frequency"] = orders.bought.groupby("CustomerID").sum()
    result["average_order"] = (result.monetary / result.frequency).where(result.frequency > 0)
    positive = orders.cents[orders.cents > 0]
    revenue = positive.groupby("CustomerID").sum()
    large = positive[positive >= LARGE_ORDER_CENTS].groupby("CustomerID").sum()
    result["large_order_share"] = large.reindex(revenue.index, fill_value=0) / revenue
    days = bought.groupby("CustomerID").day
    result["first_purchase_date"] = days.min()
    result["last_purchase_date"] = days.max()
    result["returns"] = (~frame.bought).groupby(frame.CustomerID).sum()
    result["contacts_made"] = by_customer.size()  # Every line is one.
    result["tenure_days"] = by_customer.age.max()
    result["recency_days"] = bought.groupby("CustomerID").age.min()
    result["recency_days"] = result.recency_days.fillna(result.tenure_days)
    interest = PURCHASE_INTEREST * 0.5 ** (bought.age / HALF_LIFE_DAYS)
    result["engagement"] = interest.groupby(bought.CustomerID).sum()
    result["engagement"] = result.engagement.fillna(0)
    for name, items in CATEGORIES.items():
        add_category(result, frame, name, items)
    return result


def add_category(result, frame, name, items):
    def held(item):
        return any(item.startswith(i[:-1]) if i.endswith("*") else item == i for i in items)

    lines = frame[frame.StockCode.map(held)]
    result[f"monetary_{name}"] = lines.groupby("CustomerID").cents.sum()
    orders = lines[lines.bought].groupby("CustomerID").InvoiceNo.nunique()
    result[f"frequency_{name}"] = orders
    filled = result[[f"monetary_{name}", f"frequency_{name}"]].fillna(0)
    result[[f"monetary_{name}", f"frequency_{name}"]] = filled


def is_money(attribute):
    return attribute.startswith("monetary") or attribute in ("net_paid", "average_order")


def differs(attribute, cell, expected):
    """Whether a cell of the export is not what pandas has; None: unknown."""
    if expected is None:
        return cell != ""
    if attribute.endswith("_date"):
        return cell != f"{expected:%Y-%m-%d}"
    try:
        value = float(cell)
    except ValueError:
        return True
    if is_money(attribute):
        return abs(100 * value - expected) > 1e-4  # Cents.
    if attribute in ("engagement", "large_order_share"):
        return abs(value - expected) > 1e-9 * max(1, abs(expected))
    return value != expected


# Of which the file says nothing: unknown, none (a set that is known to be empty), or 0.
NOT_SAID = {
    "margin_rate": "",
    "full_price_share": "",
    "satisfaction": "",
    "favourite_channel": "",
    "channels": "|",
    "visits_90d": "0",
    "pages_90d": "0",
    "referrals": "0",
    "signed_orders": "0",
    "interest_shown": "0",
    "last_interest_date": "",
}


def compare(pandas, export, expected):
    """Complaints, at most ten."""
    header, lines = export
    rows = {row["id"]: row for row in csv.DictReader([header, *lines])}
    if set(rows) != set(expected.index):
        return [f"{len(rows)} contacts are stored, {len(expected)} customers are in the file"]
    values = {a: column.to_dict() for a, column in expected.items()}
    complaints = []
    for attribute, column in values.items():
        for customer, value in column.items():
            known = None if pandas.isna(value) else value
            cell = rows[customer][attribute]
            if differs(attribute, cell, known):
                complaints.append(f"{attribute}: {cell or 'unknown'} kept, {known} by pandas")
    for attribute, cell in NOT_SAID.items():
        kept = [row[attribute] for row in rows.values() if row[attribute] != cell]
        complaints += [f"{attribute}: {value} kept, which the file does not say" for value in kept]
    compared = {"id", "segment", "persona", *values, *NOT_SAID}
    unread = set(next(csv.reader([header]))) - compared
    complaints += [f"{attribute} is compared with nothing" for attribute in sorted(unread)]
    print(f"{len(rows)} customers, {len(compared) - 3} attributes: {len(complaints)} values differ")
    return complaints[:10]


def apart(pandas, parts):
    """How many equal lines of customers stand in more than one part."""
    frame = pandas.concat([p.assign(part=i) for i, p in enumerate(parts)])
    frame = frame[frame.CustomerID != ""]
    lines = [column for column in frame.columns if column != "part"]
    return int((frame.groupby(lines).part.nunique() > 1).sum())


def contiguous_parts(lines):
    """Parts of the file one after the other, cut between orders."""
    order = lines.InvoiceNo.ne(lines.InvoiceNo.shift()).cumsum()
    part_of_order = order * PARTS // (order.max() + 1)
    return [part for _, part in lines.groupby(part_of_order)]


def write_parts(parts, folder):
    folder.mkdir()
    paths = []
    for number, part in enumerate(parts):
        paths.append(folder / f"part{number}.csv")
        part.to_csv(paths[-1], index=False)
    return paths


def import_at_once(server, paths, named):
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as clients:
        jobs = [
            clients.submit(server.import_events, path, *(["--part", path.stem] if named else []))
            for path in paths
        ]
        return sum(job.result()["recorded"] for job in jobs)


class Acceptance:
    """The checks, one after the other; `complaints` in the end."""

    def __init__(self, pandas, programs, data, folder):
        self._pandas = pandas
        self._programs = programs
        self._data = data
        self._folder = folder
        self._lines = read_lines(pandas, data)
        self._events = int((self._lines.CustomerID != "").sum())
        self._export = None  # Of the file as it is.
        self.complaints = []

    def all(self):
        self.imports_once_and_twice()
        self.imports_in_another_zone()
        self.imports_shuffled()
        lines = self._lines
        plain = [part for _, part in lines.groupby(lines.index * PARTS // len(lines))]
        mixed = lines.sample(frac=1, random_state=2)
        shuffled = [mixed.iloc[i::PARTS] for i in range(PARTS)]
        # Equal lines of several files are one event unless the files are named.
        self.imports_parts("cut between orders", contiguous_parts(self._lines), named=False)
        self.imports_parts("cut anywhere", plain, named=True)
        self.imports_parts("shuffled", shuffled, named=True)

    def _expect(self, holds, complaint):
        if not holds:
            self.complaints.append(complaint)

    def _running(self, name, zone="UTC"):
        return running(*self._programs, self._folder / name, CLOCK, *workspace(zone))

    def imports_once_and_twice(self):
        with self._running("once") as server:
            begin = time.monotonic()
            counts = server.import_events(self._data)
            print(f"{counts['recorded']} events in {time.monotonic() - begin:.1f} s")
            whole = counts["recorded"] == self._events
            self._expect(whole, f"recorded of {self._events}: {counts}")
            set_aside = len(self._lines) - self._events
            self._expect(counts["set_aside"] == set_aside, f"set aside of {set_aside}: {counts}")
            self._export = server.export()
            expected = customers(self._pandas, self._lines, TODAY["UTC"])
            self.complaints += compare(self._pandas, self._export, expected)
            again = server.import_events(self._data)
            self._expect(again["recorded"] == 0, f"imported twice: {again}")
            self._expect(again["unchanged"] == self._events, f"imported twice: {again}")
            self._expect(server.export() == self._export, "imported twice, attributes differ")

    def imports_in_another_zone(self):
        with self._running("london", "Europe/London") as server:
            server.import_events(self._data)
            expected = customers(self._pandas, self._lines, TODAY["Europe/London"])
            self.complaints += compare(self._pandas, server.export(), expected)

    def imports_shuffled(self):
        path = self._folder / "shuffled.csv.gz"
        with gzip.open(path, "wt", compresslevel=1) as file:
            self._lines.sample(frac=1, random_state=1).to_csv(file, index=False)
        with self._running("shuffled") as server:
            server.import_events(path)
            self._expect(server.export() == self._export, "shuffled, attributes differ")

    def imports_parts(self, how, parts, named):
        equal = apart(self._pandas, parts)
        print(f"{PARTS} parts {how}: {equal} lines have an equal one in another part")
        self._expect(named or equal == 0, f"{how}: equal lines apart, and parts without names")
        with self._running(f"parts-{how}") as server:
            paths = write_parts(parts, self._folder / f"files-{how}")
            recorded = import_at_once(server, paths, named)
            self._expect(recorded == self._events, f"{how}: {recorded} of {self._events} recorded")
            self._expect(server.export() == self._export, f"{how}, attributes differ")


def main(server, cible, shared_data):
    pandas, data = pandas_and_data(shared_data)
    with tempfile.TemporaryDirectory() as folder:
        acceptance = Acceptance(pandas, (server, cible), data, pathlib.Path(folder))
        acceptance.all()
    for complaint in acceptance.complaints:
        print(complaint)
    return 1 if acceptance.complaints else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
