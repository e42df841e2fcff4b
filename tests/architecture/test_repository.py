"""What may stand in the repository at all."""

import re

from tests.architecture.sources import ROOT, SOURCE, name, text_files, tracked_files

# Written so that this file does not match itself.
PLACES = re.compile(
    r"py[p]i\.(?:org|io)|python[h]osted\.org|npm[j]s\.(?:org|com)|yarn[p]kg\.com|deb\.[d]ebian\.org|"
    r"files\.python[h]osted|mirrors?\.(?:aliyun|tuna|ustc)|/[w]ork/(?:main|shared|steering|\.)|/[f]arm/|"
    r"/[r]oot/|/[h]ome/[a-z]|/[U]sers/[A-Za-z]"
)
FOREIGN = re.compile(
    r"\.min\.(?:js|css)$|\.(?:otf|ttf|ttc|woff2?|eot|mo|whl|jar|so|pyc)$|(?:^|/)uv\.lock$|node_modules/"
)
VAGUE = re.compile(r"(?:^|/)(?:utils?|helpers?|common|services?|managers?|misc)(?:\.py)?(?:/|$)")
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X]|raise NotImplemented[E]rror)\b")


def test_no_file_names_a_package_registry_or_a_path_of_one_machine() -> None:
    found = [
        f"{name(path)}:{number}: {match[0]}"
        for path, text in text_files()
        for number, line in enumerate(text.splitlines(), 1)
        if (match := PLACES.search(line))
    ]
    assert found == []


def test_nothing_third_party_or_generated_is_under_version_control() -> None:
    assert [name(path) for path in tracked_files() if FOREIGN.search(name(path))] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [name(path) for path in tracked_files() if VAGUE.search(name(path))] == []


def test_no_source_file_is_longer_than_500_lines() -> None:
    sources = {".py", ".js", ".css", ".html", ".typ"}
    long = {
        name(path): lines
        for path, text in text_files()
        if path.suffix in sources and "migrations" not in path.parts and (lines := text.count("\n")) > 500
    }
    assert long == {}


def test_no_source_file_is_marked_as_unfinished() -> None:
    found = [
        f"{name(path)}:{number}: {line.strip()}"
        for path, text in text_files()
        if path.suffix != ".md"
        for number, line in enumerate(text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_every_package_of_the_source_tree_can_be_imported_as_a_package() -> None:
    folders = {path.parent for path in tracked_files() if path.is_relative_to(SOURCE) and path.suffix == ".py"}
    assert [name(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_the_two_commands_of_the_readme_are_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for readme in ("README.md", "README.zh.md"):
        named = set(re.findall(r"\bmake ([a-z]+)\b", (ROOT / readme).read_text(encoding="utf-8")))
        assert {"demo", "test"} <= named
        assert named <= targets
