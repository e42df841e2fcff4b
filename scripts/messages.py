"""Keeps the translations of the screens complete, and compiles them.

    python scripts/messages.py            add new sentences to the .po files, drop unused ones, compile
    python scripts/messages.py feeds      the same for one folder of `web`
    python scripts/messages.py compile    compile only (set-up and tests do this)
    python scripts/messages.py check      exit status 1 and a list where a sentence has no Chinese

Sentences are English in templates (`{% translate %}`, `{% blocktranslate %}`) and code (`_("…")`). Every folder of
`src/jishiyu/web` has its own `locale/zh_Hans/LC_MESSAGES/django.po`, so that two screens never meet in one file.
"""

import ast
import json
import os
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

from jishiyu.web.figures.typography import chinese

WEB = Path(__file__).parents[1] / "src" / "jishiyu" / "web"
PLACE = Path("locale") / "zh_Hans" / "LC_MESSAGES"
FUNCTIONS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
HEAD = "Language: zh_Hans\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nPlural-Forms: nplurals=1; plural=0;\n"
# A sentence, with its plural where it has one.
Sentence = tuple[str, str]
# What `templatize` writes: code without the template around it. A sentence may hold parentheses: a call ends behind its words.
WORDS = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALLS = re.compile(rf"\b(?:n?gettext(?:_noop)?|_)\(\s*{WORDS}(?:,\s*{WORDS})?(?:,\s*count)?\s*\)", re.DOTALL)


def sentences(folder: Path) -> dict[Sentence, str]:
    """Return every sentence that the code and templates of a folder say, and the first file that says it."""
    found: dict[Sentence, str] = {}
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.html"), *folder.rglob("*.txt")]):
        text = path.read_text(encoding="utf-8")
        said = _of_template(text, path.name) if path.suffix != ".py" else _of_code(text)
        for sentence in said:
            found.setdefault(sentence, str(path.relative_to(folder)))
    return found


def _of_code(text: str) -> Iterator[Sentence]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in FUNCTIONS and node.args and isinstance(node.args[0], ast.Constant):
            plural = node.args[1] if name.startswith("ngettext") else None
            yield str(node.args[0].value), str(plural.value) if isinstance(plural, ast.Constant) else ""


def _of_template(text: str, name: str) -> Iterator[Sentence]:
    for call in CALLS.findall(templatize(text, origin=name)):
        try:
            yield from _of_code(call.replace(",count)", ",1)"))
        except SyntaxError:
            continue


def read_po(path: Path) -> dict[Sentence, str]:
    """Return the translations of a .po file: our own, plain subset of the format."""
    found: dict[Sentence, str] = {}
    if not path.is_file():
        return found
    entry: dict[str, str] = {}
    field = ""
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        keyword = re.match(r'(msgid_plural|msgid|msgstr(?:\[0\])?) (".*")$', line)
        if keyword:
            field = keyword[1].removesuffix("[0]")
            entry[field] = ast.literal_eval(keyword[2])
        elif line.startswith('"') and field:
            entry[field] += ast.literal_eval(line)
        elif not line.strip():
            if entry.get("msgid"):
                found[entry["msgid"], entry.get("msgid_plural", "")] = entry.get("msgstr", "")
            entry, field = {}, ""
    return found


def write_po(path: Path, said: dict[Sentence, str], known: dict[Sentence, str]) -> None:
    """Write the sentences in the order of the alphabet with what is known of them."""
    parts = ['msgid ""\nmsgstr ""\n' + "".join(f"{_quoted(line)}\n" for line in HEAD.splitlines(keepends=True))]
    for (single, plural), file in sorted(said.items()):
        text = f"#: {file}\nmsgid {_quoted(single)}\n"
        if plural:
            text += f"msgid_plural {_quoted(plural)}\nmsgstr[0] {_quoted(known.get((single, plural), ''))}\n"
        else:
            text += f"msgstr {_quoted(known.get((single, plural), ''))}\n"
        parts.append(text)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts), encoding="utf-8")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def compile_po(path: Path) -> None:
    """Write the .mo file beside a .po file (GNU gettext's format, sorted, without a hash table).

    Stops and brackets beside Chinese characters become full-width ones, so that a .po file can be typed as it comes.
    """
    entries = {"": HEAD} | {
        f"{single}\0{plural}" if plural else single: chinese(text)
        for (single, plural), text in read_po(path).items()
        if text
    }
    keys = sorted(entries, key=str.encode)
    originals, texts = [key.encode() for key in keys], [entries[key].encode() for key in keys]
    count = len(keys)
    place = 28 + 16 * count
    tables: list[int] = []
    data = b""
    for group in (originals, texts):
        for part in group:
            tables += [len(part), place + len(data)]
            data += part + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 28 + 16 * count)
    target = path.with_suffix(".mo")
    written = target.with_suffix(f".{os.getpid()}.mo")  # others may be reading the old one
    written.write_bytes(head + struct.pack(f"<{4 * count}I", *tables) + data)
    written.replace(target)


def folders() -> list[Path]:
    """Return the folders of the web side that say something."""
    return [path for path in sorted(WEB.iterdir()) if path.is_dir() and path.name not in ("static", "__pycache__")]


def missing() -> list[str]:
    """Return every sentence without Chinese; a sentence may stand in the folder that says it or in `layout`."""
    shared = read_po(WEB / "layout" / PLACE / "django.po")
    gaps = []
    for folder in [*folders(), WEB]:
        said = sentences(folder) if folder != WEB else _of_files(WEB)
        known = {**shared, **read_po(folder / PLACE / "django.po")} if folder != WEB else shared
        gaps += [f"{folder.name}/{file}: {key[0]}" for key, file in said.items() if not known.get(key)]
    return gaps


def _of_files(folder: Path) -> dict[Sentence, str]:
    found: dict[Sentence, str] = {}
    for path in sorted(folder.glob("*.py")):
        for sentence in _of_code(path.read_text(encoding="utf-8")):
            found.setdefault(sentence, path.name)
    return found


def update(names: list[str]) -> None:
    """Bring the .po files (of some folders, or all) in line with what is said; `web/*.py` belongs to `layout`."""
    shared_path = WEB / "layout" / PLACE / "django.po"
    shared = read_po(shared_path)
    for folder in folders():
        if names and folder.name not in names:
            continue
        said = sentences(folder)
        if folder.name == "layout":
            said |= _of_files(WEB)
        else:
            said = {key: file for key, file in said.items() if key not in shared}
        path = folder / PLACE / "django.po"
        if said:
            write_po(path, said, read_po(path))
        else:
            path.unlink(missing_ok=True)


def compile_all() -> None:
    """Compile every .po file."""
    for path in WEB.glob(f"*/{PLACE}/django.po"):
        compile_po(path)


def main(arguments: list[str]) -> int:
    """Do what the command line asks."""
    if arguments == ["check"]:
        gaps = missing()
        print("\n".join(gaps) or "Every sentence has its Chinese.")
        return 1 if gaps else 0
    if arguments != ["compile"]:
        update(arguments)
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
