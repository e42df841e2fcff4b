"""A real standalone cluster on loopback: a master and workers, each a process of the PySpark distribution."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pyspark

from jishiyu.engine.spread.cluster import find_java

SPARK = Path(pyspark.__file__).parent
PATIENCE = 120  # seconds; a laden machine starts Java slowly
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # for what runs seconds: to compile well takes longer than it saves


class Cluster:
    """A master and its workers, with one core each; stopped by their process groups. `java`: options of all of them."""

    def __init__(self, folder: Path, workers: int = 2, memory: str = "1g", java: str = QUICK) -> None:
        self.folder, self._memory = folder, memory
        self._environment = {
            **os.environ, "JAVA_HOME": find_java(), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_HOME": str(SPARK),
            "SPARK_DAEMON_JAVA_OPTS": QUICK, "JAVA_TOOL_OPTIONS": java,
        }  # fmt: skip
        self._processes: list[subprocess.Popen[bytes]] = []
        self._start("master", "master.Master", "--port", "0")
        self.url = self._said("master", r"spark://127\.0\.0\.1:[0-9]+")
        for number in range(workers):
            self.add_worker(f"worker-{number}")

    def add_worker(self, name: str) -> None:
        """Start a worker and wait until the master knows it."""
        work = self.folder / f"{name}-work"
        self._start(name, "worker.Worker", "--cores", "1", "--memory", self._memory, "--work-dir", str(work), self.url)
        self._said(name, "Successfully registered")

    def kill_worker(self, number: int) -> None:
        """Kill a worker and whatever runs under it, without a word."""
        os.killpg(self._processes[number + 1].pid, signal.SIGKILL)
        self._processes[number + 1].wait()

    def stop(self) -> None:
        """Stop everything."""
        for process in reversed(self._processes):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _start(self, name: str, what: str, *words: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self._processes.append(
                subprocess.Popen(
                    [str(SPARK / "bin" / "spark-class"), f"org.apache.spark.deploy.{what}", "--host", "127.0.0.1",
                     "--webui-port", "0", *words],
                    stdout=log, stderr=log, start_new_session=True,
                    env=self._environment,
                )
            )  # fmt: skip

    def _said(self, name: str, pattern: str) -> str:
        """Wait until a process has written something."""
        until = time.monotonic() + PATIENCE
        log = self.folder / f"{name}.log"
        while time.monotonic() < until:
            found = re.search(pattern, log.read_text(encoding="utf-8", errors="replace"))
            if found:
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"{name} did not say {pattern!r}:\n{log.read_text(encoding='utf-8')[-2000:]}")
