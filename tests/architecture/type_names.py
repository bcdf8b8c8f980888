"""Fails on two types of one name: linked together they would be one.

Types of headers in the namespace of the project, hence at the left margin, are known
in every program that links them. The load generator links nothing of the others'.
"""

import re
import sys

from source_files import ROOT, report, source_files

TYPE = re.compile(r"^(?:class|struct|enum class) (\w+)(?: final)?(?: : [^;{]*)? \{", re.MULTILINE)
ALONE = "clients/load/"


def complaints():
    homes = {}
    for path in source_files():
        if path.suffix != ".h" or str(path).startswith((ALONE, "tests/")):
            continue
        for name in TYPE.findall((ROOT / path).read_text()):
            home = homes.setdefault(name, path)
            if home != path:
                yield f"{path}: type {name} is also one of {home}; rename one of them"


if __name__ == "__main__":
    assert TYPE.findall("class A {\nstruct B final : C {\nenum class D { kE };\nclass F;\n") == [
        "A", "B", "D"]
    sys.exit(report(list(complaints())))
