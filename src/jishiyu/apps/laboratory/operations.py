"""What is written about the laboratory: kept answers, and the base file of a history."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.laboratory.models import Kept
from jishiyu.apps.laboratory.problems import TitleMissing
from jishiyu.engine.laboratory.base import Base


def keep(
    *, title: str, policy: str, texts: tuple[str, str], digests: tuple[str, str], figures: list[Any], measures: dict[str, Any],
    history_at: datetime, by: str, at: datetime,
) -> Kept:  # fmt: skip
    """This function will keep a comparison with its two policies; raises `TitleMissing`."""
    if not title.strip():
        raise TitleMissing
    with transaction.atomic():
        made = Kept.objects.create(
            title=title.strip(), policy=policy, first_text=texts[0], second_text=texts[1], first_sha256=digests[0],
            second_sha256=digests[1], figures=figures, measures=measures, history_at=history_at, by=by, at=at,
        )  # fmt: skip
        details = {"policy": policy, "first": digests[0], "second": digests[1]}
        record(by=by, action="laboratory.kept", record=f"laboratory {made.pk}", details=details, at=at)
    return made


def store_base(*, base: Base, policy: str, folder: Path, at: datetime) -> dict[str, Any]:
    """This function will put the base of a policy's history in the place of the older one and return what it holds.

    The file appears whole or not at all, readable to the owner of the data folder only.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = {"measured_at": at.isoformat(), "events": base.rows.height, "people": base.rows["person_key"].n_unique()}
    draft, target = folder / f".{policy}.arrow", folder / f"{policy}.arrow"
    base.save(draft)
    draft.chmod(0o600)
    (folder / f".{policy}.json").write_text(json.dumps(about), encoding="utf-8")
    os.replace(draft, target)
    os.replace(folder / f".{policy}.json", folder / f"{policy}.json")
    return about
