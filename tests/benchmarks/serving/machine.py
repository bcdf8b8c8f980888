"""What the figures were measured on."""

import os
import pathlib
import platform

GIB = 2**30


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def memory():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def description():
    cores = len(os.sched_getaffinity(0))
    return (f"{processor()}, {cores} cores, {memory() / GIB:.0f} GiB, Linux {platform.release()}, "
            f"load average {os.getloadavg()[0]:.1f} at the start")
