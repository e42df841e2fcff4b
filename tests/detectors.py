"""Watches every test for what must never happen: a connection that leaves the machine, an identity number in a log.

Both are recorded where they happen and fail the test that is running, also when the code under test swallows the
exception. The audit hook sees every socket Python opens, whatever library opens it.
"""

import ipaddress
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

# Six digits of place, a birth date, three of order and a check digit: GB 11643. The check digit is not verified:
# a mistyped number in a log gives its owner away as well.
IDENTITY_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)

_found: list[str] = []


class LeftTheMachine(RuntimeError):
    """A test tried to reach something that is not on this machine."""


def stays_here(host: object) -> bool:
    """Return whether `host` is this machine: a loopback address or its name."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str) or host in ("", "localhost"):
        return host in (None, "", "localhost")
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_to_leave(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise `LeftTheMachine` for an audit event that reaches beyond loopback and unix sockets."""
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if not isinstance(address, tuple) or stays_here(address[0]):
            return  # a unix socket's address is a path
        target = str(address[0])
    elif event == "socket.getaddrinfo" and not stays_here(arguments[0]):
        target = str(arguments[0])
    else:
        return
    _found.append(f"{event}: {target} is not on this machine")
    raise LeftTheMachine(f"{target} is not on this machine; tests use loopback and unix sockets only")


def _watch_log_records() -> None:
    """Check every log record when it is made, before any handler, filter or `propagate` can hide it."""
    make = logging.getLogRecordFactory()

    def make_and_check(*arguments: Any, **keywords: Any) -> logging.LogRecord:
        record = make(*arguments, **keywords)
        text = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            text += "".join(traceback.format_exception(*record.exc_info))
        if IDENTITY_NUMBER.search(text):
            masked = IDENTITY_NUMBER.sub(lambda number: number[0][:3] + "*" * 11 + number[0][-4:], text)
            _found.append(f"identity number in a log line of {record.name}: {masked}")
        return record

    logging.setLogRecordFactory(make_and_check)


def pytest_configure(config: pytest.Config) -> None:
    """Switch the detectors on for the whole run."""
    sys.addaudithook(_refuse_to_leave)
    _watch_log_records()


@pytest.fixture(autouse=True)
def _nothing_was_detected() -> Iterator[None]:
    """Fail the test during which, or during whose set-up, a detector found something."""
    yield
    found, _found[:] = list(_found), []
    if found:
        pytest.fail("\n".join(found), pytrace=False)
