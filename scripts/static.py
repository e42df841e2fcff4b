"""Makes what browsers get beside our own scripts, styles and icon: a compressed twin of each, and the icon as PNG.

    python scripts/static.py

Set-up and tests do this, without a network and without Node.js. What it makes is ignored by git and travels in the wheel;
what is there already and right is left alone. Third-party files have their twins from `scripts/assets.py`.
"""

import gzip
import os
import sys
from pathlib import Path

import typst

OURS = Path(__file__).parents[1] / "src" / "jishiyu" / "web" / "static" / "jishiyu"
COMPRESSED = {".css", ".js"}
ICON = "icon.svg"
BLUE = 'rgb("#0958d9")'  # of the icon's own square
# The icon as phones ask for it: name, pixels, what lies behind it. "full" fills its square: phones cut their own shape out of it.
PICTURES = (
    ("icon-192.png", 192, "none"), ("icon-512.png", 512, "none"), ("icon-full-512.png", 512, BLUE),
    ("icon-full-180.png", 180, BLUE),
)  # fmt: skip
PICTURE = '#set page(width: {size}pt, height: {size}pt, margin: 0pt, fill: {behind})\n#image("{icon}", width: 100%)\n'


def make_all(folder: Path = OURS) -> list[Path]:
    """Make every twin and picture that is missing or no longer right; return what was written, and remove what has no source."""
    sources = [path for path in sorted(folder.iterdir()) if path.suffix in COMPRESSED]
    wanted = {folder / f"{path.name}.gz": gzip.compress(path.read_bytes(), mtime=0) for path in sources}
    for path in folder.glob("*.gz"):
        if path not in wanted:
            path.unlink(missing_ok=True)
    written = [path for path, content in wanted.items() if not path.is_file() or path.read_bytes() != content]
    for path in written:
        _write(path, wanted[path])
    newest = max(one.stat().st_mtime_ns for one in (folder / ICON, Path(__file__)))
    for name, size, behind in PICTURES:
        path = folder / name
        if not path.is_file() or path.stat().st_mtime_ns < newest:
            text = PICTURE.format(size=size, behind=behind, icon=ICON)
            drawn = typst.Compiler(root=str(folder)).compile(input=text.encode(), format="png", ppi=72.0)
            if not isinstance(drawn, bytes):
                raise TypeError(f"{name}: more than one page")
            _write(path, drawn)
            written.append(path)
    return written


def _write(path: Path, content: bytes) -> None:
    """Put a file in its place in one step: tests are several processes at once."""
    making = path.with_suffix(f".{os.getpid()}")
    making.write_bytes(content)
    making.replace(path)


if __name__ == "__main__":
    sys.stdout.write("".join(f"{path.name}\n" for path in make_all()))
