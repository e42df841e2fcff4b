"""The job that measures the history for the policy laboratory."""

from pathlib import Path

from django.conf import settings
from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.intake.operations import moment
from jishiyu.apps.jobs import operations
from jishiyu.apps.jobs.models import Progress
from jishiyu.apps.laboratory.operations import store_base
from jishiyu.apps.laboratory.queries import frozen_history
from jishiyu.apps.policies.queries import in_force
from jishiyu.conf.jobs.running import Done
from jishiyu.engine.laboratory.base import measured


def measure_history(job: Progress) -> Done:
    """This function will read the whole history and leave the base of one policy (`arguments`: `policy`) in the data folder."""
    name = str(job.arguments["policy"])
    policy = in_force().versions[name][-1]
    operations.step(progress_id=job.pk, zh="读取历史数据", en="reading the history")
    history = frozen_history(policies=[policy])
    operations.step(progress_id=job.pk, zh="测算", en="measuring")
    base = measured(history, [policy], folder=name)
    at = moment()
    about = store_base(base=base, policy=name, folder=Path(settings.LABORATORY_FOLDER), at=at)
    with transaction.atomic():
        details = {"policy": name, "events": about["events"]}
        record(by=job.by, action="laboratory.measured", record=f"policy {name}", details=details, at=at)
    return Done(about)
