"""How the customers of a shop stand to it, worked out from the words of docs/methods.md.

Plain Python that shares nothing with the service: every customer is looked at every
morning, and again after their own lines, and what is found is held against what was
found before. It knows purchases and returns alone, of persons without an
organisation, and no personas; all of these were met, so that nobody is a lead.
"""

import collections
import dataclasses
import decimal

INTEREST = 5  # Of one line bought (docs/methods.md, section 16).

# What is found of a contact, as filters name it after `contact.`, and what it may be
# found to be; "" is unknown.
YES_OR_NO = ("true", "false")
CRITERION = ("MET", "NOT_MET")
FIELDS = {
    "relation": ("LEAD", "PROSPECT", "CUSTOMER"),
    "customer_stage": ("NONE", "NEW", "ACTIVE", "LOYAL", "DORMANT"),
    "former_customer": YES_OR_NO,
    "ambassador": YES_OR_NO,
    "awareness": ("UNAWARE", "AWARE", "INTERESTED"),
    "temperature": ("COLD", "WARM", "HOT"),
    "fit": ("IN_TARGET", "OUT_OF_TARGET", "EXCLUDED"),
    "qualification.budget": CRITERION,
    "qualification.authority": CRITERION,
    "qualification.need": CRITERION,
    "qualification.timing": CRITERION,
    "next_action": ("NONE", "QUALIFY", "NURTURE", "CONTACT_NOW", "UPSELL", "WIN_BACK")
    + ("THANK", "LEAVE_ALONE"),
}

# One change of one field of one contact: the day since which it holds, and when it was
# noted.
Transition = collections.namedtuple("Transition", "contact day time field before after")


@dataclasses.dataclass(frozen=True)
class Policy:
    """The numbers of a policy; lifecycle_days.py has the conditions that they stand in."""

    new_days: int
    loyal_orders: int
    dormant_days: int
    former_days: int  # Of dormancy.
    warm: float
    hot: float
    half_life_days: int
    interested_orders: int
    moment_days: int  # Since a purchase.
    no_moment_days: int
    offer_price: int  # The least.
    large_order: int


class Customer:
    """The lines of one customer so far, added up."""

    def __init__(self):
        self.found = None  # By field; None: nobody looked yet.
        self.net_paid = decimal.Decimal(0)
        self._values = collections.Counter()  # By order.
        self._orders = set()  # Those with a purchase: returns alone make none.
        self._lines = collections.Counter()  # Bought, by day.

    def take(self, day, order, quantity, price):
        amount = int(quantity) * decimal.Decimal(price)
        self.net_paid += amount
        self._values[order] += amount
        if amount >= 0:
            self._orders.add(order)
            self._lines[day] += 1

    def has_bought(self):
        return bool(self._orders)

    def order_count(self):
        return len(self._orders)

    def days_since_first(self, today):
        return (today - min(self._lines)).days

    def days_since_last(self, today):
        return (today - max(self._lines)).days

    def has_large_order(self, amount):
        return any(value >= amount for value in self._values.values())

    def engagement(self, today, half_life_days):
        ages = ((lines, (today - day).days) for day, lines in self._lines.items())
        return sum(INTEREST * lines * 2 ** (-age / half_life_days) for lines, age in ages)


def relation_and_stage(customer, today, policy):
    """And whether it is a former customer."""
    if customer.net_paid <= 0:  # Cancelled, or given.
        return "PROSPECT", "NONE", "false"
    silent = customer.days_since_last(today)
    if silent >= policy.dormant_days + policy.former_days:
        return "PROSPECT", "NONE", "true"
    if silent >= policy.dormant_days:
        return "CUSTOMER", "DORMANT", "false"
    if customer.order_count() >= policy.loyal_orders:
        return "CUSTOMER", "LOYAL", "false"
    is_new = customer.days_since_first(today) < policy.new_days
    return "CUSTOMER", "NEW" if is_new else "ACTIVE", "false"


def temperature(customer, today, policy):
    engagement = customer.engagement(today, policy.half_life_days)
    if engagement >= policy.hot:
        return "HOT"
    return "WARM" if engagement >= policy.warm else "COLD"


def timing(customer, today, policy):
    if not customer.has_bought():
        return ""
    silent = customer.days_since_last(today)
    if silent < policy.moment_days:
        return "MET"
    return "NOT_MET" if silent >= policy.no_moment_days else ""


def budget(customer, policy):
    """Of their average order; no condition tells when it is not met."""
    orders = customer.order_count()
    return "MET" if orders and customer.net_paid >= policy.offer_price * orders else ""


def next_action(found, customer, policy):
    """By the default table. The offer counts as bought by who ever made a large order."""
    is_hot = found["temperature"] == "HOT"
    if found["customer_stage"] == "NEW":
        return "THANK"
    if found["customer_stage"] == "DORMANT" or found["former_customer"] == "true":
        return "WIN_BACK"
    if is_hot:
        return "CONTACT_NOW"
    if found["relation"] == "CUSTOMER":
        if not customer.has_large_order(policy.large_order):
            return "UPSELL"
        return "THANK" if found["customer_stage"] == "LOYAL" else "NURTURE"
    return "QUALIFY"  # What they need is unknown.


def findings(customer, today, policy):
    relation, stage, former = relation_and_stage(customer, today, policy)
    is_interested = customer.order_count() >= policy.interested_orders
    found = {
        "relation": relation,
        "customer_stage": stage,
        "former_customer": former,
        "ambassador": "false",
        "awareness": "INTERESTED" if is_interested else "AWARE",
        "temperature": temperature(customer, today, policy),
        "fit": "",
        "qualification.budget": budget(customer, policy),
        "qualification.authority": "",   # Nobody says who decides.
        "qualification.need": "",
        "qualification.timing": timing(customer, today, policy),
    }
    found["next_action"] = next_action(found, customer, policy)
    return found


def unrecorded(found):
    """What counts as found before of a contact that becomes known, so that its relation is
    recorded, of customers their stage and of former customers that they are."""
    before = {**found, "relation": ""}
    if found["relation"] == "CUSTOMER":
        before["customer_stage"] = ""
    if found["former_customer"] == "true":
        before["former_customer"] = ""
    return before


class Simulation:
    """A shop's customers by id, and all that changed."""

    def __init__(self, policy):
        self.customers = {}
        self.transitions = []
        self._policy = policy

    def morning(self, time):
        """A day has begun: what falls due on it?"""
        for contact in self.customers:
            self._look(contact, time)

    def evening(self, time, lines):
        """`lines` of that day: customer, order, quantity and price."""
        buyers = {}  # In the order of their first line.
        for contact, *line in lines:
            buyers[contact] = self.customers.setdefault(contact, Customer())
            buyers[contact].take(time.date(), *line)
        for contact in buyers:
            self._look(contact, time)

    def count(self, field, value):
        return sum(customer.found[field] == value for customer in self.customers.values())

    def _look(self, contact, time):
        customer = self.customers[contact]
        found = findings(customer, time.date(), self._policy)
        before = customer.found or unrecorded(found)
        for field, value in found.items():
            if value != before[field]:
                change = (field, before[field], value)
                self.transitions.append(Transition(contact, time.date(), time, *change))
        customer.found = found
