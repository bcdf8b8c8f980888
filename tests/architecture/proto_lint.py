"""Runs `buf lint` on protos/: buf where it is installed, else through npx."""

import shutil
import subprocess
import sys

from source_files import ROOT, SKIPPED


def buf():
    """The command that runs buf; None where there is none or it cannot be fetched."""
    if shutil.which("buf"):
        return ["buf"]
    if not shutil.which("npx"):
        print("skipped: neither buf nor npx is installed")
        return None
    command = ["npx", "--yes", "@bufbuild/buf"]
    try:
        fetched = subprocess.run([*command, "--version"], capture_output=True, text=True,
                                 timeout=120, check=False)
    except subprocess.TimeoutExpired:
        print("skipped: npx did not fetch buf within two minutes")
        return None
    if fetched.returncode != 0:
        print("skipped: npx could not fetch buf")
        return None
    return command


def main():
    command = buf()
    if command is None:
        return SKIPPED
    return subprocess.run([*command, "lint"], cwd=ROOT / "protos", check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
