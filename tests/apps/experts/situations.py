"""A small round to pair: two needs that are classified, a steward, an officer, experts with confirmed skills and times."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.enterprises.models import Need, Participation, Skill, State, Wanted
from jishiyu.apps.experts.halfdays import HalfDay, weekdays
from jishiyu.apps.experts.models import Expert, Proposal
from jishiyu.apps.experts.operations import Entry, admit_expert, confirm_skill, set_skills, set_times, start_proposal
from jishiyu.apps.jobs.models import Progress
from jishiyu.apps.jobs.operations import begin
from jishiyu.conf.jobs.pairing import solve_proposal
from tests.apps.enterprises.situations import need_in, participation, somebody

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)  # a Monday, ten o'clock in China
FIRST = date(2026, 3, 3)
LAST = FIRST + timedelta(days=27)
MONDAY = date(2026, 3, 2)


def skills() -> dict[str, Skill]:
    """Return three skills."""
    words = {
        "harmonics": ("谐波治理", "Harmonics"),
        "thermal": ("红外测温", "Thermal imaging"),
        "solar": ("光伏接入", "Solar power"),
    }
    return {
        code: Skill.objects.get_or_create(code=code, defaults={"zh": zh, "en": en})[0]
        for code, (zh, en) in words.items()
    }


def person(
    code: str, part: str = "expert", levels: dict[str, int] | None = None, *, name: str = "", free: Sequence[HalfDay] | None = None,
    confirmed: bool = True, account: str = "", per_week: int = 10, address: str = "", since: date = date(2026, 1, 1),
) -> Expert:  # fmt: skip
    """Return somebody of the list, free on every working half-day of four weeks unless said otherwise."""
    entry = Entry(
        code=code,
        name=name or f"甲{code}",
        part=part,
        account_name=account,
        per_week=per_week,
        address=address,
        x_m=0,
        y_m=0,
    )
    made = admit_expert(entry=entry, since=since, by="tests", at=AT)
    if levels:
        skills()
        set_skills(expert_id=made.pk, levels=levels, by="tests", at=AT)
        if confirmed:
            for skill in levels:
                confirm_skill(expert_id=made.pk, code=skill, on=FIRST, by="tests", at=AT)
    offered = list(weekdays(FIRST, LAST)) if free is None else list(free)
    set_times(expert_id=made.pk, offered=offered, first=FIRST, last=LAST, source="office", by="tests", at=AT)
    return made


def waiting(
    wanted: dict[str, int], *, of: Participation | None = None, priority: int = 3, halfdays: int = 1, words: str = "车间谐波偏大",
    earliest: date | None = None, latest: date | None = None, at: datetime = AT,
) -> Need:  # fmt: skip
    """Return a need that was classified and waits for the meeting."""
    made = need_in(State.CLASSIFIED, of=of, words=words, at=at)
    known = skills()
    for skill, level in wanted.items():
        Wanted.objects.create(need=made, skill=known[skill], level=level)
    checks = [{"zh": "谐波电压", "en": "Harmonic voltage"}]
    Need.objects.filter(pk=made.pk).update(
        priority=priority, halfdays=halfdays, earliest_on=earliest, latest_on=latest, plan=checks
    )
    made.refresh_from_db()
    return made


def steward_account(name: str = "steward-a") -> Account:
    """Return a steward's account that can be reached."""
    found = somebody(Role.STEWARD, name=name)
    Account.objects.filter(pk=found.pk).update(mobile="13900000001")
    return found


def settle() -> tuple[Need, Need]:
    """Return two needs of one enterprise beside five people who can serve both."""
    steward_account()
    of = participation("E1", steward="steward-a")
    one = waiting({"harmonics": 4}, of=of)
    two = waiting({"thermal": 3}, of=of, words="开关柜发热", priority=5)
    person("S1", "steward", account="steward-a", address="13900000011", name="甲管家")
    person("O1", "officer", address="officer@example.org", name="甲干部")
    person("E1", levels={"harmonics": 4}, address="13900000012", name="甲谐波")
    person("E2", levels={"harmonics": 5, "thermal": 3}, name="甲双能")
    person("E3", levels={"thermal": 2}, name="甲差一级")
    return one, two


def solved(campaign_id: int, *, again: bool = False, first_on: date = FIRST, **words: int) -> Proposal:
    """Return a proposal that was asked for and worked out by its job."""
    made = start_proposal(campaign_id=campaign_id, first_on=first_on, by="organiser", at=AT, again=again, **words)
    assert made.job is not None
    work(made.job)
    return Proposal.objects.select_related("campaign", "job").get(pk=made.pk)


def work(job: Progress) -> None:
    """Do the job of a proposal, as the worker does."""
    begun = begin(progress_id=job.pk, at=AT)
    assert begun is not None
    solve_proposal(begun)
