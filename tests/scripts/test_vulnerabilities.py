"""Known vulnerabilities are red, silence is not, and what was not checked is never called clean."""

import itertools
import json
import os
import sys

from scripts.vulnerabilities import NODE, PYTHON, ROOT, Verdict, ask, read

# What pip-audit 2 and npm 10 write.
PIP = {
    "dependencies": [
        {"name": "clean", "version": "1.0", "vulns": []},
        {"name": "flawed", "version": "2.1", "vulns": [{"id": "PYSEC-2099-1", "fix_versions": ["2.2"], "aliases": []}]},
    ],
    "fixes": [],
}  # fmt: skip
NPM = {"auditReportVersion": 2, "vulnerabilities": {"flawed": {"name": "flawed", "severity": "high"}}, "metadata": {}}


def test_a_known_vulnerability_is_named() -> None:
    assert read(json.dumps(PIP)) == Verdict(("flawed 2.1: PYSEC-2099-1",))
    assert read(json.dumps(NPM)) == Verdict(("flawed: high",))


def test_no_known_vulnerability_is_clean() -> None:
    assert read(json.dumps({"dependencies": [{"name": "clean", "version": "1", "vulns": []}]})) == Verdict()
    assert read(json.dumps({"auditReportVersion": 2, "vulnerabilities": {}})) == Verdict()


def test_a_package_that_the_registry_does_not_know_is_not_called_clean() -> None:
    told = {"dependencies": [{"name": "ours", "skip_reason": "Dependency not found"}]}
    assert read(json.dumps(told)).unanswered == "not known there: ours"


def test_an_error_is_no_answer() -> None:
    told = {"message": "request failed", "error": {"code": "ECONNREFUSED", "summary": "request to registry failed"}}
    assert read(json.dumps(told)) == Verdict(unanswered="request to registry failed")
    assert read("", "Traceback\nConnectionError: refused").unanswered == "ConnectionError: refused"
    assert read("", "").unanswered == "no answer"


def test_where_nobody_listens_nothing_is_checked_and_nothing_is_red() -> None:
    closed = "http://127.0.0.1:9"
    env = {**os.environ, "HTTPS_PROXY": closed, "HTTP_PROXY": closed, "https_proxy": closed, "http_proxy": closed,
           "NO_PROXY": "", "no_proxy": "", "npm_config_proxy": closed, "npm_config_https_proxy": closed,
           "npm_config_registry": closed, "PYTHONWARNINGS": "ignore"}  # fmt: skip
    for command in (PYTHON, NODE):
        verdict = ask(command, env)
        assert verdict.found == ()
        assert verdict.unanswered
    assert ask(("no-such-program",)).unanswered == "there is no no-such-program here"
    assert PYTHON[0] == sys.executable


def test_every_locked_list_is_asked_about() -> None:
    asked = {after for word, after in itertools.pairwise(PYTHON) if word == "--requirement"}
    assert asked == {f"requirements/{path.name}" for path in (ROOT / "requirements").glob("*.txt")}
