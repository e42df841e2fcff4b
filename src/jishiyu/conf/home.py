"""Where this installation keeps its data: the embedded database and the key file."""

import os
from pathlib import Path


def home() -> Path:
    """Return the data folder: `JISHIYU_HOME`, else `var` in the working directory.

    The working directory is the default because one checkout is one city: two cities on one machine never meet by
    accident. A service sets `JISHIYU_HOME`.
    """
    return Path(os.environ.get("JISHIYU_HOME") or "var").expanduser().resolve()


def key_file() -> Path:
    """Return where the keys for sealing and look-up lie: `JISHIYU_KEY_FILE`, else beside the database."""
    return Path(os.environ.get("JISHIYU_KEY_FILE") or home() / "keys.json")


def ensure_home() -> Path:
    """Create the data folder, closed to other users of the machine, and return it."""
    folder = home()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
