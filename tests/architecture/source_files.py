"""The files of the house, for the checks beside this one."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROOMS = ("protos", "server", "segmentation", "clients", "tests")
SKIPPED = 77  # ctest: SKIP_RETURN_CODE.


def source_files(*endings):
    """Paths below ROOT, in order, of the files with one of the endings; all without."""
    files = (f for room in ROOMS for f in (ROOT / room).rglob("*") if f.is_file())
    wanted = (f for f in files if not endings or f.suffix in endings)
    return sorted(f.relative_to(ROOT) for f in wanted if "__pycache__" not in f.parts)


def report(complaints):
    """Prints them; the exit code."""
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0
