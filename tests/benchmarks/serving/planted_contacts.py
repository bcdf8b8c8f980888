"""A list of contacts in which six groups are planted: 6 numbers, 6 columns of
levels, and an id. What it is does not matter, its shape does: that of the model
of the bars.
"""

import csv
import random

GROUPS = 6
# How far each group lies from the middle, in half standard deviations. No two
# columns rise together from group to group, so that nothing takes them for parts
# of one whole.
MEANS = {
    "tenure": (-5, -3, -1, 1, 3, 5),
    "distance": (5, -1, -5, -3, 1, 3),
    "headcount": (1, 5, -3, 3, -5, -1),
    "temperature": (3, -5, 1, 5, -1, -3),
    "altitude": (-1, 3, 5, -5, -3, 1),
    "width": (-3, 1, 3, -1, 5, -5),
}
MIDDLE = 100
DEVIATION = 5
LEVELS = {
    "colour": ("amber", "blue", "coral", "green", "ochre", "violet"),
    "material": ("ash", "beech", "cedar", "larch", "maple", "oak"),
    "dish": ("bread", "curry", "gratin", "pasta", "salad", "soup"),
    "instrument": ("cello", "flute", "harp", "oboe", "piano", "viola"),
    "sport": ("archery", "cycling", "fencing", "judo", "rowing", "tennis"),
    "flower": ("aster", "dahlia", "iris", "lily", "rose", "tulip"),
}
# How often a contact has the level of its group; else any.
FAITHFUL = 0.5


def header():
    return ["id", *MEANS, *LEVELS]


def contacts(count, seed=1):
    """Rows of text, one a contact, group after group in turns."""
    draw = random.Random(seed)
    for number in range(count):
        group = number % GROUPS
        numbers = (f"{draw.gauss(MIDDLE + DEVIATION * means[group] / 2, DEVIATION):.3f}"
                   for means in MEANS.values())
        levels = (every[(group + shift) % GROUPS] if draw.random() < FAITHFUL
                  else draw.choice(every) for shift, every in enumerate(LEVELS.values()))
        yield [f"c{number:06d}", *numbers, *levels]


def write(path, count, seed=1):
    """The list as a CSV file."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(header())
        lines.writerows(contacts(count, seed))
