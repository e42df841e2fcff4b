"""Run a piece of work in a process of its own and measure wall seconds and peak memory."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """Wall seconds of the work (start-up of the interpreter left out), peak resident memory of the process in MB."""

    seconds: float
    peak_mb: float
    result: object


def measured(module: str, *arguments: str, repeat: int = 1) -> Run:
    """This function will run `module.main(*arguments)` in fresh processes and return the median run by seconds."""
    runs = sorted((_once(module, arguments) for _ in range(repeat)), key=lambda run: run.seconds)
    return runs[len(runs) // 2]


def _once(module: str, arguments: tuple[str, ...]) -> Run:
    program = (
        "import importlib, json, resource, sys, time\n"
        f"work = importlib.import_module({module!r})\n"
        "start = time.perf_counter()\n"
        "result = work.main(*sys.argv[1:])\n"
        "seconds = time.perf_counter() - start\n"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        "print(json.dumps([seconds, peak, result]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False, env=os.environ
    )
    if done.returncode:
        raise RuntimeError(f"{module} failed:\n{done.stderr}")
    seconds, peak, result = json.loads(done.stdout.splitlines()[-1])
    return Run(seconds, peak, result)
