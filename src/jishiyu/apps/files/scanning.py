"""The malware scanner of the house: clamd over its socket, or any program; none is said so, a silent one refuses.

The setting SCANNER names it: `clamd:/path/to/socket`, `clamd:HOST:PORT`, or `command:PROGRAM ARGUMENT …`.
"""

import shlex
import socket
import subprocess
from contextlib import closing

from django.conf import settings

from jishiyu.apps.files.problems import PaperRefused, ScannerUnreachable
from jishiyu.engine.words import Words

NOT_SCANNED, CLEAN = "not scanned", "clean"
SECONDS = 30
PIECE = 1 << 16


def scan(content: bytes, *, name: str) -> str:
    """This function will have a file looked at and return what to write down: `clean (…)` or `not scanned`.

    Raises `PaperRefused` for what the scanner finds, `ScannerUnreachable` when it is set but gives no clear answer.
    """
    kind, _, where = settings.SCANNER.partition(":")
    if not kind:
        return NOT_SCANNED
    try:
        if kind == "clamd":
            infected = _clamd(content, where)
        elif kind == "command":
            infected = _command(content, where)
        else:
            raise ScannerUnreachable(why=f"JISHIYU_SCANNER: {kind}")
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise ScannerUnreachable(why=type(error).__name__) from error
    if infected:
        raise PaperRefused(
            name=name, code="infected", what=Words(
                "扫描程序在文件中发现有害内容,不予接收。请告知系统管理员。",
                "the scanner found something harmful in it. Tell the system administrator.",
            ),
        )  # fmt: skip
    return f"{CLEAN} ({kind})"


def _clamd(content: bytes, where: str) -> bool:
    """Send a file by clamd's INSTREAM and read its one-line answer."""
    with closing(_connect(where)) as link:
        link.sendall(b"zINSTREAM\0")
        for at in range(0, len(content), PIECE):
            piece = content[at : at + PIECE]
            link.sendall(len(piece).to_bytes(4, "big") + piece)
        link.sendall(bytes(4))
        answer = b""
        while not answer.endswith(b"\0") and (more := link.recv(4096)):
            answer += more
    said = answer.rstrip(b"\0\n").decode("ascii", "replace")
    if said.endswith(" FOUND"):
        return True
    if said == "stream: OK":
        return False
    raise ScannerUnreachable(why=said[:100] or "no answer")


def _connect(where: str) -> socket.socket:
    if where.startswith("/"):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(SECONDS)
        try:
            link.connect(where)
        except OSError:
            link.close()
            raise
        return link
    host, _, port = where.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def _command(content: bytes, where: str) -> bool:
    """Give a file to a program on its input: it ends with 0 for clean, 1 for infected, anything else for neither."""
    done = subprocess.run(shlex.split(where), input=content, capture_output=True, timeout=SECONDS, check=False)
    if done.returncode not in (0, 1):
        raise ScannerUnreachable(why=f"exit {done.returncode}")
    return done.returncode == 1
