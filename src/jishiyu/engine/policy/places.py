"""Which line of a TOML file says what, so that a message can name the line."""

import re

_TABLE = re.compile(r"^\s*(\[{1,2})\s*([^\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*([A-Za-z0-9_\-."']+)\s*=""")

Path = tuple[str | int, ...]


def places(text: str) -> dict[Path, int]:
    """This function will map each path of a TOML text (keys, and positions in arrays of tables) to its line number."""
    found: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    prefix: Path = ()
    depth = 0
    holder: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if depth > 0:
            depth, position = _array_line(line, depth, holder, counts, found, number)
            continue
        table = _TABLE.match(line)
        if table:
            prefix = _resolve(table[2], counts)
            if table[1] == "[[":
                counts[prefix] = counts.get(prefix, -1) + 1
                prefix = (*prefix, counts[prefix])
            found.setdefault(prefix, number)
            continue
        key = _KEY.match(line)
        if key:
            holder = prefix + tuple(part.strip("\"'") for part in key[1].split("."))
            found.setdefault(holder, number)
            value = line[key.end() :]
            depth = _depth(value)
            if depth > 0:
                counts[holder] = -1
    return found


def _array_line(
    line: str, depth: int, holder: Path, counts: dict[Path, int], found: dict[Path, int], number: int
) -> tuple[int, int]:
    stripped = line.strip()
    if depth == 1 and stripped and stripped[0] not in "]#":
        counts[holder] += 1
        found[(*holder, counts[holder])] = number
    return depth + _depth(line), counts[holder]


def _depth(text: str) -> int:
    """Count the square brackets that stay open, strings and comments left out."""
    bare = re.sub(r'"(?:\\.|[^"\\])*"|\'[^\']*\'', "", text).split("#")[0]
    return bare.count("[") - bare.count("]")


def _resolve(name: str, counts: dict[Path, int]) -> Path:
    """Turn `a.b` into a path, taking the newest element of every array of tables on the way."""
    path: Path = ()
    parts = [part.strip().strip("\"'") for part in name.split(".")]
    for position, part in enumerate(parts):
        path = (*path, part)
        if position < len(parts) - 1 and path in counts:
            path = (*path, counts[path])
    return path


def line_of(path: Path, found: dict[Path, int]) -> int:
    """This function will return the line of a path, or of its nearest parent that has one."""
    while path not in found:
        path = path[:-1]
    return found[path]
