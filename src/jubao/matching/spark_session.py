"""A Spark session for one run: local by default, a cluster by `JUBAO_SPARK_MASTER`; quiet, and with a clear word when it fails.

Worked example: `with spark_session() as session: session.sql("SELECT 7 DIV 2").collect()` starts Java, answers `[Row(3)]` and
stops Java again; inside a program that already has a session it uses that one and leaves it running.

| environment | meaning |
|---|---|
| `JUBAO_SPARK_MASTER` | master of a cluster, e.g. `spark://head:7077` or `yarn`; default: the cores of this machine |
| `JUBAO_SPARK_FOLDER` | a folder that this machine and every worker see under one path; default: a temporary one |
| `JUBAO_SPARK_MEMORY` | memory of the driver, e.g. `8g`; default: a quarter of the machine, at most 8g |
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from jubao.kernel.errors import OutsideUnavailable, WrongUsage
from jubao.kernel.text import _

OLDEST_JAVA = 17
MOST_CORES = 8
SETTINGS = {
    "spark.app.name": "jubao",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # Overflow and unreadable casts raise, as they do on DuckDB; days before 1582 keep their number.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
}
LOCAL_SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
}
"""A few partitions are right for one machine; a cluster keeps its own settings."""


SMALL = 50_000_000
"""Bytes of input up to which Java would spend longer on compiling itself well, and Spark on planning, than on the work."""
SMALL_SETTINGS = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
}


@contextmanager
def spark_session(size: int = 0) -> Iterator[Any]:
    """An open session for about `size` bytes of input.

    Raises WrongUsage when PySpark or Java is missing, OutsideUnavailable when Spark does not start.
    """
    sql = _pyspark()
    running = sql.SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    require_java()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        session = _start(sql, settings(size), log)
        try:
            yield session
        finally:
            session.stop()


def _pyspark() -> Any:
    warnings.filterwarnings(
        "ignore", category=FutureWarning, module=r"pyspark\."
    )  # about pandas, which is not used
    try:
        import pyspark.sql
    except ImportError as missing:
        raise WrongUsage(
            "SPARK_NOT_INSTALLED",
            _("--engine spark 需要 PySpark，本机没有安装。"),
            remedy=_("请运行 pip install 'jubao[spark]'，或改用 --engine duckdb。"),
        ) from missing
    return pyspark.sql


def require_java() -> None:
    """Raises WrongUsage naming what to install unless there is a Java that Spark can run on."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    version = java_version(java) if java else 0
    if version < OLDEST_JAVA:
        found = _("现有版本 {version}").format(version=version) if version else _("没有找到")
        raise WrongUsage(
            "JAVA_NOT_INSTALLED",
            _("--engine spark 需要 Java {oldest} 或更高版本（{found}）。").format(
                oldest=OLDEST_JAVA, found=found
            ),
            remedy=_(
                "请以 root 身份运行 apt-get install -y --no-install-recommends default-jre-headless，或改用 --engine duckdb。"
            ),
        )


def java_version(java: str) -> int:
    """The main version of a Java program, 0 if it does not say."""
    try:
        said = subprocess.run(
            [java, "-version"], capture_output=True, text=True, timeout=60, check=True
        ).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else 0


def _start(sql: Any, chosen: dict[str, str], log: IO[str]) -> Any:
    """Start Java with its chatter in `log` instead of on the clerk's terminal."""
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway

    conf = SparkConf()
    for name, value in chosen.items():
        conf.set(name, value)
    try:
        # A process has one Java, which outlives its sessions.
        gateway = SparkContext._gateway or launch_gateway(conf, {"stderr": log, "stdout": log})
        return sql.SparkSession(SparkContext(conf=conf, gateway=gateway))
    except Exception as failed:  # Java's faults come in many classes
        raise OutsideUnavailable(
            "SPARK_NOT_STARTED",
            _("Spark 没有启动：{why}").format(why=_reason(failed, log)),
            remedy=_(
                "请检查 JUBAO_SPARK_MASTER 和集群，或改用 --engine duckdb；没有写出任何内容，可以重试。"
            ),
        ) from failed


def settings(size: int) -> dict[str, str]:
    """Everything the session is started with."""
    master = os.environ.get("JUBAO_SPARK_MASTER", "")
    chosen = {"spark.master": master or f"local[{min(MOST_CORES, os.cpu_count() or 1)}]", **SETTINGS}
    if not master or master.startswith("local"):
        chosen |= LOCAL_SETTINGS
        if size < SMALL:
            chosen |= SMALL_SETTINGS
    chosen["spark.driver.memory"] = os.environ.get("JUBAO_SPARK_MEMORY") or _quarter_of_memory()
    return chosen


def _quarter_of_memory() -> str:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return f"{max(1024, min(8192, total // 4))}m"


def _reason(failed: Exception, log: IO[str]) -> str:
    """The last line Java wrote, else the exception's own."""
    log.flush()
    log.seek(0)
    lines = [line.strip() for line in log if line.strip() and not line.lstrip().startswith("at ")]
    return lines[-1] if lines else str(failed).partition("\n")[0] or type(failed).__name__
