"""Fails on C++ that clang-format, with the .clang-format of the root, would change."""

import shutil
import subprocess
import sys

from source_files import ROOT, SKIPPED, source_files


def main():
    program = shutil.which("clang-format")
    if program is None:
        print("skipped: clang-format is not installed (apt-get install clang-format)")
        return SKIPPED
    files = [f.as_posix() for f in source_files(".cc", ".h")]
    dry = subprocess.run([program, "--dry-run", "-Werror", *files], cwd=ROOT, text=True,
                         stderr=subprocess.PIPE, check=False)
    if dry.returncode == 0:
        return 0
    wrong = sorted({line.split(":")[0] for line in dry.stderr.splitlines() if ": error: " in line})
    print(dry.stderr if not wrong else f"mend it: clang-format -i {' '.join(wrong)}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
