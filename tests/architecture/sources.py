"""The files of the repository as the architecture tests see them: those under version control."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "jishiyu"
NOT_OURS = {".git", ".venv", "node_modules", "vendor", "var", "build", "dist", "__pycache__"}
NOT_OURS |= {".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache"}


@cache
def tracked_files() -> tuple[Path, ...]:
    """Return every file under version control that exists; in an unpacked archive, every file that is ours."""
    if (ROOT / ".git").exists():
        # The clone may belong to another user than the one who runs the tests, as in most build machines.
        listing = subprocess.run(
            ["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True
        ).stdout
        files = [ROOT / name.decode() for name in listing.split(b"\0") if name]
    else:
        files = [path for path in ROOT.rglob("*") if not NOT_OURS & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in files if path.is_file()))


@cache
def text_files() -> tuple[tuple[Path, str], ...]:
    """Return path and text of every tracked file that is UTF-8 text."""
    texts = []
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        try:
            texts.append((path, content.decode("utf-8")))
        except UnicodeDecodeError:
            continue  # sample files in GB18030
    return tuple(texts)


@cache
def modules(*folders: str) -> tuple[tuple[Path, ast.Module], ...]:
    """Return path and syntax tree of every tracked Python module, or of those under src/jishiyu/`folders`."""
    wanted = [SOURCE / folder for folder in folders] or [ROOT]
    return tuple(
        (path, ast.parse(text))
        for path, text in text_files()
        if path.suffix == ".py" and any(path.is_relative_to(folder) for folder in wanted)
    )


def name(path: Path) -> str:
    """Return the path as a person says it, from the top of the repository."""
    return path.relative_to(ROOT).as_posix()
