"""The API in Python: messages that protoc makes in a folder, and calls by path,
which need no plugin of gRPC.
"""

import importlib
import importlib.util
import pathlib
import shutil
import subprocess
import sys

from serving.programs import ROOT, NotMeasured, Skipped, last_line

PROTOS = ROOT / "protos"
WANTED = ("contact", "contact_service", "segmentation", "segmentation_service")
SEGMENTATION = "workspaces/default/segmentations/default"


def need(*modules):
    """Skips the row where Debian's packages of these are not installed."""
    packages = {"grpc": "python3-grpcio", "google.protobuf": "python3-protobuf",
                "sklearn": "python3-sklearn", "pandas": "python3-pandas"}
    missing = [packages[m] for m in modules if not exists(m)]
    if missing:
        raise Skipped(f"{sys.executable} lacks what is in {' '.join(missing)}; install it by "
                      f"apt-get install {' '.join(missing)}, and run this with /usr/bin/python3")


def exists(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def generate(folder):
    """Writes the modules, with those that they import, and gives them."""
    files = [str(file) for room in ("cible/v1", "google/rpc")
             for file in sorted((PROTOS / room).glob("*.proto"))]
    if shutil.which("protoc") is None:
        raise Skipped("there is no protoc; install it by apt-get install protobuf-compiler")
    done = subprocess.run(["protoc", f"--proto_path={PROTOS}", f"--python_out={folder}", *files],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotMeasured(f"protoc: {last_line(done.stderr)}")
    return Messages(folder)


class Messages:
    """The generated modules of a folder: `Messages(folder).contact.Schema`."""

    def __init__(self, folder):
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
        # What was generated of google.rpc lies beside what is installed of google.
        google = importlib.import_module("google")
        generated = str(pathlib.Path(folder) / "google")
        if generated not in google.__path__:
            google.__path__.append(generated)
        for name in WANTED:
            setattr(self, name, importlib.import_module(f"cible.v1.{name}_pb2"))


def method(channel, path, answer):
    """A unary method as a function: takes a message, gives one of type `answer`."""
    return channel.unary_unary(f"/cible.v1.{path}",
                               request_serializer=lambda message: message.SerializeToString(),
                               response_deserializer=answer.FromString)
