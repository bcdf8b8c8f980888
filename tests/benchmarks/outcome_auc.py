"""ROC AUC of scikit-learn's classifiers on the half-splits of outcome_score_test.

    python3 tests/benchmarks/outcome_auc.py [--data ../shared/data] [--boosting]

Columns known only after the outcome are left out. Needs numpy and scikit-learn.
"""

import argparse
import csv
import gzip
import os
import time

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

SPLITS = 10
LISTS = {
    "bank-full.csv.gz": dict(
        delimiter=";", outcome="y", success="yes", left_out=["duration"]),
    "Leads.csv.gz": dict(
        delimiter=",", outcome="Converted", success="1",
        left_out=["Prospect ID", "Lead Number", "Tags", "Lead Quality", "Lead Profile",
                  "Last Activity", "Last Notable Activity", "Asymmetrique Activity Index",
                  "Asymmetrique Profile Index", "Asymmetrique Activity Score",
                  "Asymmetrique Profile Score"]),
}
MISSING = {"", "unknown", "Select"}
ALL = (1 << 64) - 1


def mix(x):
    """cible::Mix of segmentation/clustering/random.h."""
    x = (x + 0x9E3779B97F4A7C15) & ALL
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & ALL
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & ALL
    return x ^ (x >> 31)


def is_training(outcome, split):
    """Half of each class: the rows with the smallest cible::Key(split, row)."""
    keys = np.array([mix(split ^ mix(mix(row))) for row in range(len(outcome))], dtype=np.uint64)
    chosen = np.zeros(len(outcome), dtype=bool)
    for side in (0, 1):
        rows = np.flatnonzero(outcome == side)
        chosen[rows[np.argsort(keys[rows], kind="stable")][: len(rows) // 2]] = True
    return chosen


def read(path, delimiter, outcome, success, left_out):
    """Columns (numbers as floats, NaN if missing; else text) and the outcome."""
    with gzip.open(path, "rt", newline="") as file:
        header, *rows = csv.reader(file, delimiter=delimiter)
    columns, target = [], None
    for index, name in enumerate(header):
        cells = [row[index] for row in rows]
        if name == outcome:
            target = np.array([cell == success for cell in cells]).astype(int)
        elif name not in left_out:
            columns.append(parse(cells))
    return columns, target


def parse(cells):
    try:
        return np.array([np.nan if cell in MISSING else float(cell) for cell in cells])
    except ValueError:
        return np.array(["?" if cell in MISSING else cell for cell in cells], dtype=object)


def logistic(numbers, texts):
    scaled = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    levels = OneHotEncoder(min_frequency=20, handle_unknown="infrequent_if_exist")
    return make_pipeline(ColumnTransformer([("numbers", scaled, numbers), ("texts", levels, texts)]),
                         LogisticRegression(C=1, max_iter=2000))


def boosting(numbers, texts):
    levels = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    return make_pipeline(ColumnTransformer([("numbers", "passthrough", numbers),
                                            ("texts", levels, texts)]),
                         HistGradientBoostingClassifier(learning_rate=.05, random_state=0))


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", default=os.path.join(
        os.path.dirname(__file__), "../../../shared/data"))
    arguments.add_argument("--boosting", action="store_true", help="gradient boosting too")
    options = arguments.parse_args()
    data = options.data
    for name, layout in LISTS.items():
        columns, outcome = read(os.path.join(data, name), **layout)
        table = np.array(columns, dtype=object).T
        numbers = [i for i, column in enumerate(columns) if column.dtype != object]
        texts = [i for i, column in enumerate(columns) if column.dtype == object]
        for make in (logistic, boosting) if options.boosting else (logistic,):
            areas, start = [], time.time()
            for split in range(SPLITS):
                training = is_training(outcome, split)
                model = make(numbers, texts).fit(table[training], outcome[training])
                scores = model.predict_proba(table[~training])[:, 1]
                areas.append(roc_auc_score(outcome[~training], scores))
            print(f"{name:18} {make.__name__:9} AUC {np.mean(areas):.4f} sd "
                  f"{np.std(areas, ddof=1):.4f}  {(time.time() - start) / SPLITS:.1f} s a split",
                  flush=True)


if __name__ == "__main__":
    main()
