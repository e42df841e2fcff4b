"""The detectors that watch every test do see what they watch for."""

import os
import subprocess
import sys
import textwrap

import pytest

from tests.architecture.sources import ROOT

# An invented number, put together so that it stands in no file.
NUMBER = "110101" + "19900307" + "123X"

LEAKS = {
    "connection": "socket.create_connection(('192.0.2.1', 9), timeout=1)",
    "look_up_of_a_name": "socket.getaddrinfo('example.invalid', 443)",
    "datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
    "log_line": f"logging.getLogger('bank').warning('paid to %s', '{NUMBER}')",
    "log_line_that_does_not_propagate": f"silent.error('{NUMBER}')",
    "traceback_in_a_log": f"""
        try:
            raise ValueError('{NUMBER}')
        except ValueError:
            logging.getLogger('bank').exception('refused')
    """,
}
HARMLESS = {
    "loopback": "socket.socket(socket.AF_INET, socket.SOCK_STREAM).connect_ex(('127.0.0.1', 9))",
    "name_of_this_machine": "socket.getaddrinfo('localhost', 443)",
    "number_of_another_kind": "logging.getLogger('bank').warning('batch %s', '202503091234567890123456')",
    "masked_number": "logging.getLogger('bank').warning('paid to 110***********123X')",
}
HEAD = """
import contextlib, logging, socket, warnings
warnings.simplefilter("ignore", ResourceWarning)
silent = logging.getLogger("silent")
silent.propagate = False
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Run one test per leak and per harmless act under the detectors, in one process of its own.

    Every exception is swallowed, as careless code under test would do.
    """
    text = HEAD
    for name, act in {**LEAKS, **HARMLESS}.items():
        body = textwrap.indent(textwrap.dedent(act).strip(), " " * 8)
        text += f"def test_{name}():\n    with contextlib.suppress(RuntimeError):\n{body}\n"
    folder = tmp_path_factory.mktemp("detectors")
    test = folder / "test_acts.py"
    test.write_text(text, encoding="utf-8")
    options = ["-q", "-rA", "-p", "tests.detectors", "-c", "/dev/null", f"--rootdir={folder}", str(test)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "short test summary" in done.stdout, done.stdout + done.stderr
    return done.stdout.split("short test summary")[-1]


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_fails_the_test_even_when_its_exception_is_swallowed(leak: str, report: str) -> None:
    (verdict,) = [line for line in report.splitlines() if line.startswith("ERROR") and f"::test_{leak} " in line]
    assert "is not on this machine" in verdict or "identity number in a log line" in verdict


@pytest.mark.parametrize("act", HARMLESS)
def test_what_stays_here_and_what_is_masked_passes(act: str, report: str) -> None:
    assert f"::test_{act}\n" in report
    assert not [
        line for line in report.splitlines() if line.startswith(("ERROR", "FAILED")) and f"::test_{act} " in line
    ]


def test_the_verdict_does_not_repeat_the_number(report: str) -> None:
    assert "19900307" not in report
