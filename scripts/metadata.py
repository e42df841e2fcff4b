"""Tells the build what the package needs: the list in requirements/runtime.in, so that it stands in one place."""

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

# Locked beside the product for set-up without a download of its own; an installed wheel does not need them.
BUILDS_THE_PACKAGE = {"hatchling", "editables"}


class RuntimeRequirements(MetadataHookInterface):
    """Fills `dependencies` of the project's metadata."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Put every line of requirements/runtime.in that names a package of the product into the metadata."""
        lines = (Path(self.root) / "requirements" / "runtime.in").read_text(encoding="utf-8").splitlines()
        wanted = (line.strip() for line in lines if line.strip() and not line.startswith("#"))
        metadata["dependencies"] = [line for line in wanted if line not in BUILDS_THE_PACKAGE]
