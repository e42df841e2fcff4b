"""Every job the worker knows, by the name under which the apps queue it, and the timetable.

Imported by the worker only. A job is tried again when the database was lost, and started again when its worker was
killed: each of them can be done twice.
"""

from pathlib import Path

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from jishiyu.apps.intake.operations import moment
from jishiyu.apps.jobs.models import Kind
from jishiyu.apps.outside.queries import gateways, watched_folder
from jishiyu.conf.jobs import clocks, exports, feeds, housekeeping, laboratory, pairing, reminders, watching
from jishiyu.conf.jobs.running import LOST, carry_out
from jishiyu.notices.sending import send_waiting

AGAIN = RetryStrategy(max_attempts=8, exponential_wait=2, retry_exceptions=LOST)
SILENT_SECONDS = 60  # after which a worker that gives no sign of life counts as killed


@app.task(name=Kind.TAKE_FEED.value, retry=AGAIN)
def take_feed(progress_id: int) -> None:
    """Take and post an uploaded feed."""
    carry_out(progress_id, feeds.take_uploaded_feed)


@app.task(name=Kind.TAKE_BACK_FEED.value, retry=AGAIN)
def take_back_feed(progress_id: int) -> None:
    """Take a whole feed back."""
    carry_out(progress_id, feeds.take_feed_back)


@app.task(name=Kind.CHECK_ROSTER.value, retry=AGAIN)
def check_roster(progress_id: int) -> None:
    """Check an uploaded roster."""
    carry_out(progress_id, feeds.check_uploaded_roster)


@app.task(name=Kind.CONFIRM_ROSTER.value, retry=AGAIN)
def confirm_roster(progress_id: int) -> None:
    """Take a checked roster in."""
    carry_out(progress_id, feeds.confirm_checked_roster)


@app.task(name=Kind.DECIDE_CHANGED.value, retry=AGAIN)
def decide_changed(progress_id: int) -> None:
    """Decide everybody again whose roster data has changed."""
    carry_out(progress_id, feeds.decide_changed)


@app.task(name=Kind.SEARCH_DUPLICATES.value, retry=AGAIN)
def search_for_duplicates(progress_id: int) -> None:
    """Search for persons who may be one."""
    carry_out(progress_id, housekeeping.search_for_duplicates)


@app.task(name=Kind.VERIFY_AUDIT.value, retry=AGAIN)
def verify_audit(progress_id: int) -> None:
    """Check that the audit trail is whole."""
    carry_out(progress_id, housekeeping.verify_trail)


@app.task(name=Kind.CLEAN_UP.value, retry=AGAIN)
def clean_up(progress_id: int) -> None:
    """Remove what is kept no longer."""
    carry_out(progress_id, housekeeping.clean_up)


@app.task(name=Kind.CLOSE_OVERDUE.value, retry=AGAIN)
def close_overdue(progress_id: int) -> None:
    """End applications whose time is over."""
    carry_out(progress_id, housekeeping.end_overdue_applications)


@app.task(name=Kind.PAIR.value, retry=AGAIN)
def pair(progress_id: int) -> None:
    """Work out a proposal of pairing."""
    carry_out(progress_id, pairing.solve_proposal)


@app.task(name=Kind.EXPORT.value, retry=AGAIN)
def export(progress_id: int) -> None:
    """Make a big file."""
    carry_out(progress_id, exports.prepare_export)


@app.task(name=Kind.MEASURE_HISTORY.value, retry=AGAIN)
def measure_history(progress_id: int) -> None:
    """Measure the history for the policy laboratory."""
    carry_out(progress_id, laboratory.measure_history)


@app.task(name=Kind.REMIND.value, retry=AGAIN)
def remind(progress_id: int) -> None:
    """Tell staff what is overdue."""
    carry_out(progress_id, reminders.remind)


@app.periodic(cron="*/10 * * * *")
@app.task(name="tell_about_money", lock="notices", queueing_lock="tell_about_money")
def tell_about_money(timestamp: int) -> None:
    """Tell members about money that is coming, was paid or came back."""
    reminders.tell_about_money(at=moment())


@app.periodic(cron="*/10 * * * *")
@app.task(name="help_clocks", lock="help_clocks", queueing_lock="help_clocks")
def help_clocks(timestamp: int) -> None:
    """Remind of needs whose clock has run out, and raise them level by level."""
    clocks.run(at=moment())


@app.periodic(cron="30 8 * * *")
@app.task(name="morning", queueing_lock="morning")
def morning(timestamp: int) -> None:
    """Queue the reminders of the day."""
    housekeeping.queue_daily(kinds=[Kind.REMIND], at=moment())


@app.periodic(cron="* * * * *")
@app.task(name="watch_folder", lock="deciding", queueing_lock="watch_folder")
def watch_folder(timestamp: int) -> None:
    """Look into the watched folder."""
    folder = watched_folder()
    if folder and Path(folder).is_dir():
        watching.look(Path(folder))


@app.periodic(cron="* * * * *")
@app.task(name="send_notices", lock="notices", queueing_lock="send_notices")
def send_notices(timestamp: int) -> None:
    """Send the notices that wait."""
    send_waiting(urls=gateways())


@app.periodic(cron="*/2 * * * *")
@app.task(name="start_again", queueing_lock="start_again")
async def start_again(timestamp: int) -> None:
    """Start again what a killed worker was doing."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await app.job_manager.retry_job(job)


@app.periodic(cron="10 3 * * *")
@app.task(name="nightly", queueing_lock="nightly")
def nightly(timestamp: int) -> None:
    """Queue what is done once a night."""
    kinds = [Kind.VERIFY_AUDIT, Kind.CLEAN_UP, Kind.SEARCH_DUPLICATES, Kind.CLOSE_OVERDUE]
    housekeeping.queue_daily(kinds=kinds, at=moment())
