"""The documents hold together: links lead somewhere, both languages are there, commands have examples."""

import argparse
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jishiyu.cli import COMMANDS, main
from tests.architecture.sources import ROOT, modules, name, text_files

DOCUMENTS = [(path, text) for path, text in text_files() if path.suffix == ".md"]
TWINS = ["README", "CONTRIBUTING", "docs/quickstart"]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


def anchors(text: str) -> set[str]:
    """Return the anchors that a forge gives to the headings of a document."""
    headings = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(document: Path, text: str) -> list[str]:
    """Return every relative link that leads to no file or no heading."""
    broken = []
    for link in (first or second for first, second in LINK.findall(text)):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = document.parent / file if file else document
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            broken.append(f"{name(document)}: {link}")
    return broken


def test_every_link_between_documents_leads_somewhere() -> None:
    assert [link for path, text in DOCUMENTS for link in broken_links(path, text)] == []


@pytest.mark.parametrize("document", TWINS)
def test_both_languages_of_a_document_are_there_and_name_each_other(document: str) -> None:
    english, chinese = ROOT / f"{document}.md", ROOT / f"{document}.zh.md"
    assert chinese.name in english.read_text(encoding="utf-8").splitlines()[0:6].__str__()
    assert english.name in chinese.read_text(encoding="utf-8").splitlines()[0:6].__str__()


@pytest.mark.parametrize("document", TWINS)
def test_both_languages_of_a_document_have_the_same_sections(document: str) -> None:
    levels = [
        re.findall(r"^(#+) ", re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL), re.MULTILINE)
        for path in (ROOT / f"{document}.md", ROOT / f"{document}.zh.md")
    ]
    assert levels[0] == levels[1]


def test_every_page_of_the_documentation_is_in_its_index() -> None:
    index = ROOT / "docs" / "README.md"
    text = index.read_text(encoding="utf-8")
    pages = [path for path, _ in DOCUMENTS if path.is_relative_to(index.parent) and path != index]
    listed = {(index.parent / link).resolve() for link, _ in LINK.findall(text)}
    assert [name(path) for path in pages if path not in listed] == []


def test_decision_records_have_numbers_of_their_own_and_four_parts() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    numbers = [path.name[:4] for path in records]
    assert len(numbers) == len(set(numbers))
    for record in records:
        sections = re.findall(r"^## (.+)$", record.read_text(encoding="utf-8"), re.MULTILINE)
        assert sections == ["Context", "Decision", "Consequences", "Rejected"], record.name


def test_every_command_can_be_called() -> None:
    callable_ = {command.replace("-", "_") for command in COMMANDS}
    written = {path.stem for path, tree in modules("commands") if "run" in {getattr(n, "name", "") for n in tree.body}}
    # load_feed is the part of load that takes feeds.
    parts = {stem for stem in written - callable_ if any(stem.startswith(f"{command}_") for command in callable_)}
    assert written - parts == callable_


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_action_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    module = importlib.import_module(f"jishiyu.commands.{command.replace('-', '_')}")
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    for action in (word for one in parser._actions for word in (one.choices if isinstance(one.choices, dict) else ())):
        with pytest.raises(SystemExit):
            main([command, action, "--help"])
        assert f"  jishiyu {command} {action}" in capsys.readouterr().out, action


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_has_an_example(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jishiyu.cli", command, "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert re.search(rf"(?:^|:|\$) *jishiyu {command}\b", done.stdout.split("\n", 1)[1], re.MULTILINE), done.stdout
