"""Which line of a TOML file says what, so that a message can name the line."""

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\])*"|\'[^\']*\''  # texts, those over several lines first
    r"|#[^\n]*|\n|[ \t\r]+|[\[\]{},=]|[^\s\[\]{},=#\"']+",
    re.DOTALL,
)


def places(text: str) -> dict[Path, int]:
    """This function will map each path of a TOML text (keys, and positions in arrays) to its line number.

    The text must be valid TOML; the parser of the standard library, which does not keep lines, has read it before.
    """
    return _Walk(text).found


def offsets(text: str) -> dict[Path, int]:
    """This function will map each path of a TOML text to where its key (or, in arrays, its value) begins."""
    return _Walk(text, by_offset=True).found


def line_of(path: Path, found: dict[Path, int]) -> int:
    """This function will return the line of a path, or of its nearest parent that has one."""
    while path not in found:
        path = path[:-1]
    return found[path]


class _Walk:
    """One walk over the tokens of a valid TOML text."""

    def __init__(self, text: str, *, by_offset: bool = False) -> None:
        self.found: dict[Path, int] = {(): 0 if by_offset else 1}
        self.counts: dict[Path, int] = {}  # of arrays of tables: the position of the newest
        self.tokens = list(tokens(text, by_offset=by_offset))
        self.at = 0
        prefix: Path = ()
        while self._skip(newlines=True):
            if self._next() == "[":
                prefix = self._header()
            else:
                self._pair(prefix)

    def _next(self) -> str:
        return self.tokens[self.at][0]

    def _take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][0]

    def _line(self) -> int:
        return self.tokens[self.at][1]

    def _skip(self, *, newlines: bool) -> bool:
        """Step over newlines where they mean nothing, and tell whether something is left."""
        while newlines and self.at < len(self.tokens) and self._next() == "\n":
            self.at += 1
        return self.at < len(self.tokens)

    def _header(self) -> Path:
        """Read `[a.b]` or `[[a.b]]`; what follows belongs to the newest element of every array on the way."""
        line = self._line()
        self._take()
        repeated = self._next() == "["
        if repeated:
            self._take()
        names = self._key("]")
        self.at += 2 if repeated else 1
        path: Path = ()
        for position, name in enumerate(names):
            path = (*path, name)
            if position < len(names) - 1 and path in self.counts:
                path = (*path, self.counts[path])
        if repeated:
            self.found.setdefault(path, line)
            self.counts[path] = self.counts.get(path, -1) + 1
            path = (*path, self.counts[path])
        self.found.setdefault(path, line)
        return path

    def _key(self, end: str) -> list[str]:
        names: list[str] = []
        while self._next() != end:
            part = self._take()
            names += [part[1:-1]] if part[0] in "\"'" else [name for name in part.split(".") if name]
        return names

    def _pair(self, prefix: Path) -> None:
        line = self._line()
        path = prefix
        for name in self._key("="):
            path = (*path, name)
            self.found.setdefault(path, line)
        self._take()
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self._take()
        if opening not in ("[", "{"):
            while self.at < len(self.tokens) and self._next() not in ("\n", ",", "]", "}"):
                self._take()  # a date and a time are two tokens
            return
        closing = "]" if opening == "[" else "}"
        position = 0
        while self._skip(newlines=True) and self._next() != closing:
            if self._next() == ",":
                self._take()
            elif opening == "{":
                self._pair(path)
            else:
                self.found.setdefault((*path, position), self._line())
                self._value((*path, position))
                position += 1
        self._take()


def tokens(text: str, *, by_offset: bool) -> Iterator[tuple[str, int]]:
    """This function will yield what means something, with its line or offset; blanks and comments are left out."""
    line = 1
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token[0] not in " \t\r#":
            yield token, match.start() if by_offset else line
        line += token.count("\n")
