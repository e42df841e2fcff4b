"""Copies the files Jishiyu needs, by name, out of the installed npm packages.

    python scripts/assets.py node_modules src/jishiyu/web/static/vendor

What is not named here is not copied; a name that is missing stops the set-up. Licences travel with their files.
htmx comes with the Python package that speaks with it. Style sheets and scripts also get a compressed twin, which the server gives to browsers that take it.
"""

import gzip
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

NOTO = "@expo-google-fonts/noto-sans-sc"
ASSETS = {
    # from, inside node_modules: to, inside the vendor folder
    f"{NOTO}/400Regular/NotoSansSC_400Regular.ttf": "fonts/NotoSansSC-Regular.ttf",
    f"{NOTO}/700Bold/NotoSansSC_700Bold.ttf": "fonts/NotoSansSC-Bold.ttf",
    f"{NOTO}/LICENSE_FONT": "fonts/NotoSansSC-OFL.txt",
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap/bootstrap.bundle.min.js",
    "bootstrap/LICENSE": "bootstrap/LICENSE",
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
    "echarts/NOTICE": "echarts/NOTICE",
}
HTMX = ("static/django_htmx/htmx-2.min.js", "htmx/htmx.min.js")  # from, inside django_htmx; 0BSD asks for no notice
COMPRESSED = {".css", ".js"}


def copy_assets(packages: Path, vendor: Path) -> None:
    """Copy every named asset from `packages` to `vendor`, or stop before the first copy if one is missing."""
    files = {packages / source: target for source, target in ASSETS.items()} | {htmx(): HTMX[1]}
    missing = [str(source) for source in files if not source.is_file()]
    if missing:
        sys.exit(f"Not there: {', '.join(missing)}. Remove {packages} and run make again.")
    shutil.rmtree(vendor, ignore_errors=True)
    for source, target in files.items():
        (vendor / target).parent.mkdir(parents=True, exist_ok=True)
        content = source.read_bytes()
        if Path(target).suffix in COMPRESSED:
            content = without_map(content)
            (vendor / f"{target}.gz").write_bytes(gzip.compress(content, mtime=0))
        (vendor / target).write_bytes(content)


def htmx() -> Path:
    """Return where the installed package keeps htmx."""
    found = find_spec("django_htmx")
    return Path(str(found.origin if found else "django_htmx")).parent / HTMX[0]


def without_map(content: bytes) -> bytes:
    """Drop the last line that names a source map: we do not ship it, and a browser would ask for it."""
    lines = content.splitlines(keepends=True)
    return b"".join(line for line in lines if b"sourceMappingURL=" not in line or len(line) > 200)


if __name__ == "__main__":
    copy_assets(Path(sys.argv[1]), Path(sys.argv[2]))
