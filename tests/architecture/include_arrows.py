"""Fails on an #include that points against the arrows of the house.

Rooms depend one way: segmentation on nothing of ours; server on segmentation
and the protos; clients/cpp and clients/load on the protos; clients/cli on all
of these. A library is seen by the files listed for it and by no other, so that
it can be exchanged there.
"""

import re
import sys

from source_files import ROOT, report, source_files

PROTOS = ("cible/v1/", "google/rpc/", "grpc/health/v1/")
STORED = ("cible/storage/v1/",)

# Room -> what of ours its files may include. The longest prefix counts.
ARROWS = {
    "segmentation/data/": ("segmentation/data/",),
    "segmentation/behaviour/": ("segmentation/data/", "segmentation/behaviour/"),
    # Its random numbers are those of the engines: the same on every machine.
    "segmentation/data/sample.cc": ("segmentation/data/", "segmentation/clustering/random.h"),
    "segmentation/clustering/": ("segmentation/data/", "segmentation/clustering/"),
    "segmentation/models/": (
        "segmentation/data/", "segmentation/behaviour/", "segmentation/clustering/",
        "segmentation/models/"),
    "segmentation/lifecycle/": (
        "segmentation/data/", "segmentation/behaviour/", "segmentation/models/",
        "segmentation/personas/", "segmentation/lifecycle/", "segmentation/clustering/random.h"),
    "segmentation/": ("segmentation/",),
    "server/storage/": ("segmentation/", "server/storage/"),
    "server/": ("segmentation/", "server/") + PROTOS + STORED,
    "clients/cpp/": ("clients/cpp/",) + PROTOS,
    "clients/load/": ("clients/load/",) + PROTOS,
    "clients/cli/": ("clients/cli/", "clients/cpp/", "segmentation/", "server/") + PROTOS,
    "tests/": ("tests/", "clients/", "segmentation/", "server/") + PROTOS + STORED,
}
OURS = ("segmentation/", "server/", "clients/", "tests/", "protos/") + PROTOS + STORED

# Library -> the files, or folders, that may include it.
LIBRARIES = {
    "absl/": ("segmentation/", "server/", "clients/"),
    "Eigen/": ("segmentation/",),
    "boost/math/": (
        "segmentation/clustering/null_table.cc", "segmentation/models/typicality.cc",
        "segmentation/personas/customer_value.cc", "segmentation/personas/significance.cc"),
    "tao/pegtl": ("segmentation/data/filter_grammar.cc",),
    "csv.h": ("segmentation/data/csv.cc", "clients/load/csv_reader.cc"),
    "zlib.h": ("segmentation/data/csv.cc", "clients/load/csv_reader.cc"),
    "utf8proc.h": (
        "segmentation/data/attribute_id.cc", "segmentation/data/csv.cc",
        "segmentation/data/filter_grammar.cc", "segmentation/personas/words.cc",
        "server/wire/utf8.cc", "server/identity/normalized_identity.cc",
        "clients/cli/output/table.cc"),
    "phonenumbers/": ("server/identity/phone_number.cc",),
    "google/protobuf/": ("server/", "clients/"),
    "grpcpp/": ("server/rpc/", "clients/cpp/", "clients/load/"),
    "sqlite3.h": ("server/storage/sqlite/",),
    "spdlog/": (
        "server/main.cc", "server/clock_file.cc", "server/rpc/rpc_server.cc",
        "server/registry/model_registry.cc", "server/privacy/retention.cc", "server/telemetry/",
        "server/lifecycle/lifecycle_keeper.cc",
        "server/training/"),
    "xxhash.h": (
        "clients/cli/event_line_ids.cc",
        "server/registry/model_artifact.cc", "server/services/occurrence_ids.cc",
        "server/identity/duplicates.cc",
        "server/lifecycle/lifecycle_rules.cc",
        "server/services/page_token.cc", "server/services/request_id.cc"),
    "CLI/": ("server/main.cc", "clients/cli/", "clients/load/load_options.cc"),
    "nlohmann/": ("clients/cli/fit_solutions.cc", "clients/load/report_json.h"),
}
# The operating system. segmentation/ reads files in one place and asks for the
# size of memory in another.
SYSTEM = re.compile(r"(fcntl|malloc|signal|spawn|stdlib|unistd)\.h|sys/\w+\.h")
SYSTEM_MAY = ("segmentation/data/csv.cc", "segmentation/clustering/memory_limit.cc", "server/",
              "clients/")
STANDARD = re.compile(r"[a-z_0-9]+")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def complaint(path, header):
    """What is wrong with the file's including the header; None when nothing is."""
    if header.startswith(OURS):
        room = max((r for r in ARROWS if path.startswith(r)), key=len, default=None)
        if room is None:
            return "its folder is in no room; name it in ARROWS"
        return None if header.startswith(ARROWS[room]) else f"{room} must not know of it"
    if STANDARD.fullmatch(header) or path.startswith("tests/"):
        return None
    if SYSTEM.fullmatch(header):
        return None if path.startswith(SYSTEM_MAY) else "this room knows no operating system"
    for library, files in LIBRARIES.items():
        if header.startswith(library):
            return None if path.startswith(files) else f"{library} is only seen by {', '.join(files)}"
    return "an unknown library; name it in LIBRARIES with the files that may see it"


def complaints(path, text):
    for match in INCLUDE.finditer(text):
        wrong = complaint(path, match.group(2))
        if wrong:
            line = text.count("\n", 0, match.start(2)) + 1
            yield f"{path}:{line}: includes {match.group(2)}: {wrong}"


# Each must be complained of: a check that never fails checks nothing.
FORBIDDEN = [
    ("segmentation/data/x.cc", "#include <grpcpp/grpcpp.h>"),
    ("segmentation/data/x.cc", '#include "cible/v1/contact.pb.h"'),
    ("segmentation/data/x.cc", '#include "google/protobuf/message.h"'),
    ("segmentation/data/x.h", '#include "segmentation/clustering/kmeans.h"'),
    ("segmentation/clustering/x.h", '#include "segmentation/models/training.h"'),
    ("segmentation/personas/x.cc", '#include "server/clock.h"'),
    ("segmentation/personas/x.cc", "#include <spdlog/spdlog.h>"),
    ("segmentation/personas/x.cc", "#include <zlib.h>"),
    ("segmentation/personas/x.cc", "#include <unistd.h>"),
    ("server/services/x.cc", "#include <grpcpp/grpcpp.h>"),
    ("server/services/x.cc", "#include <sqlite3.h>"),
    ("server/services/x.cc", '#include "clients/cpp/client.h"'),
    ("server/storage/x.cc", '#include "server/wire/utf8.h"'),
    ("server/storage/x.cc", '#include "cible/storage/v1/resources.pb.h"'),
    ("clients/cpp/x.cc", '#include "segmentation/data/schema.h"'),
    ("clients/load/x.cc", '#include "clients/cli/session.h"'),
    ("clients/cli/x.cc", '#include "tests/clients/cli/scratch_file.h"'),
    ("clients/python/x.cc", '#include "cible/v1/contact.pb.h"'),
    ("server/x.cc", "#include <curl/curl.h>"),
]


def main():
    for path, text in FORBIDDEN:
        assert list(complaints(path, text)), f"{path} may {text}"
    found = []
    for path in source_files(".cc", ".h", ".in"):
        found += complaints(path.as_posix(), (ROOT / path).read_text())
    return report(found)


if __name__ == "__main__":
    sys.exit(main())
