"""Fails on a file or type named after nothing: a thing lives with what it is about."""

import re
import sys

from source_files import ROOT, report, source_files

BANNED = {"util", "utils", "common", "helper", "helpers", "manager", "misc", "base", "impl", "info"}
TYPE = re.compile(r"^\s*(?:class|struct|enum class|enum|message|service)\s+(\w+)\s*(?:final\s*)?[:{]",
                  re.MULTILINE)
# Named so by the API's contract, and by the public error details.
ALLOWED_TYPES = {"GetServerInfoRequest", "GetServerInfoResponse", "ErrorInfo",
                 "RetryInfo"}


def words(name):
    """`FileUtil`, `file_util` and `file-util` are all of file and util."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def complaints():
    for path in source_files():
        for part in (*path.parts[:-1], path.stem):
            for word in sorted(words(part) & BANNED):
                yield f'{path}: "{word}" says nothing of what is in it; name it after that'
        if path.suffix not in (".cc", ".h", ".proto"):
            continue
        for name in TYPE.findall((ROOT / path).read_text()):
            if name not in ALLOWED_TYPES and words(name) & BANNED:
                yield f"{path}: type {name}: name it after what it is"


if __name__ == "__main__":
    assert words("FileUtil") & BANNED and words("row_helpers") & BANNED and words("InfoX") & BANNED
    assert not words("Information") & BANNED and words("data_model") == {"data", "model"}
    sys.exit(report(list(complaints())))
