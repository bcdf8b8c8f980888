"""Fails on an element of a proto without a comment above it, storage included."""

import re
import sys

from source_files import ROOT, report, source_files

ELEMENT = re.compile(
    r"^(?:(?:message|enum|service|rpc|oneof)\s+\w+"
    r"|(?:(?:repeated|optional)\s+)?[\w.]+(?:<[^>]*>)?\s+\w+\s*=\s*\d+"
    r"|\w+\s*=\s*\d+)")


def complaints(path, text):
    above = ""
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if ELEMENT.match(line) and not above.startswith("//"):
            yield f'{path}:{number}: "{line}" has no comment'
        above = line


# Each must be complained of.
BARE = ["message A {", "enum B {", "service C {", "rpc D(E) returns (F);", "oneof g {",
        "string h = 1;", "repeated .cible.v1.Contact i = 2;", "optional int32 j = 3;", "K_L = 0;"]


def main():
    for line in BARE:
        assert list(complaints("x.proto", f"\n{line}\n")), line
        assert not list(complaints("x.proto", f"// What it is.\n{line}\n")), line
    found = []
    for path in source_files(".proto"):
        found += complaints(path, (ROOT / path).read_text())
    return report(found)


if __name__ == "__main__":
    sys.exit(main())
