"""The detectors that watch every test do see what they watch for."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

# An invented number, put together so that it stands in no file.
NUMBER = "110101" + "19900307" + "123X"

LEAKS = {
    "a connection": "socket.create_connection(('192.0.2.1', 9), timeout=1)",
    "a look-up of a name": "socket.getaddrinfo('example.invalid', 443)",
    "a datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
    "a log line": f"logging.getLogger('bank').warning('paid to %s', '{NUMBER}')",
    "a log line of a silent logger": f"silent.error('{NUMBER}')",
    "a traceback in a log": f"""
    try:
        raise ValueError('{NUMBER}')
    except ValueError:
        logging.getLogger('bank').exception('refused')
""".strip(),
}
HARMLESS = {
    "loopback": "socket.socket(socket.AF_INET, socket.SOCK_STREAM).connect_ex(('127.0.0.1', 9))",
    "a number of another kind": "logging.getLogger('bank').warning('batch %s', '202503091234567890123456')",
    "a masked number": "logging.getLogger('bank').warning('paid to 110***********123X')",
}


def run(body: str, folder: Path, swallow: bool) -> "subprocess.CompletedProcess[str]":
    """Run one test with this body under the detectors, in a process of its own."""
    if swallow:
        body = "with contextlib.suppress(RuntimeError):\n        " + body.replace("\n", "\n    ")
    test = folder / "test_one.py"
    test.write_text(
        "import contextlib, logging, socket\n"
        "silent = logging.getLogger('silent')\nsilent.propagate = False\n"
        f"def test_one():\n    {body}\n",
        encoding="utf-8",
    )
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.detectors", "-c", "/dev/null", f"--rootdir={folder}", test],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_fails_the_test_even_when_its_exception_is_swallowed(leak: str, tmp_path: Path) -> None:
    done = run(LEAKS[leak], tmp_path, swallow=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "is not on this machine" in done.stdout or "identity number in a log line" in done.stdout
    assert "19900307" not in done.stdout.split("short test summary")[-1]


@pytest.mark.parametrize("act", HARMLESS)
def test_what_stays_here_and_is_masked_passes(act: str, tmp_path: Path) -> None:
    done = run(HARMLESS[act], tmp_path, swallow=False)
    assert done.returncode == 0, done.stdout + done.stderr
