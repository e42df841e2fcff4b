"""A file in the place of another, whole or not at all, whatever is killed meanwhile."""

import glob
import os
import threading
from pathlib import Path


def write_safely(path: Path, content: bytes) -> Path:
    """This function will write a file so that its name never stands for half of it: temporary file, fsync, rename, fsync of the folder.

    The folder has to be there. Raises `OSError`.
    """
    temporary = path.with_name(f".{path.name}.{threading.get_ident()}.{os.getpid()}.part")
    _sweep(path)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return path


def _sweep(path: Path) -> None:
    """Remove what killed processes have left of this file: it may hold names and accounts."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        process = left.name.split(".")[-2]
        if process.isdigit() and not _lives(int(process)):
            left.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it is somebody else's, so it lives
    return True
