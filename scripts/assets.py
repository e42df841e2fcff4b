"""Copies the files Jishiyu needs, by name, out of the installed npm packages.

    python scripts/assets.py node_modules src/jishiyu/web/static/vendor

What is not named here is not copied; a name that is missing stops the set-up. Licences travel with their files.
"""

import shutil
import sys
from pathlib import Path

NOTO = "@expo-google-fonts/noto-sans-sc"
ASSETS = {
    # from, inside node_modules: to, inside the vendor folder
    f"{NOTO}/400Regular/NotoSansSC_400Regular.ttf": "fonts/NotoSansSC-Regular.ttf",
    f"{NOTO}/700Bold/NotoSansSC_700Bold.ttf": "fonts/NotoSansSC-Bold.ttf",
    f"{NOTO}/LICENSE_FONT": "fonts/NotoSansSC-OFL.txt",
}


def copy_assets(packages: Path, vendor: Path) -> None:
    """Copy every named asset from `packages` to `vendor`, or stop before the first copy if one is missing."""
    missing = [source for source in ASSETS if not (packages / source).is_file()]
    if missing:
        sys.exit(f"Not in {packages}: {', '.join(missing)}. Remove {packages} and run make again.")
    shutil.rmtree(vendor, ignore_errors=True)
    for source, target in ASSETS.items():
        (vendor / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(packages / source, vendor / target)


if __name__ == "__main__":
    copy_assets(Path(sys.argv[1]), Path(sys.argv[2]))
