"""A round is opened from its data file; a second one starts where the first ended."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.carrying import carry_over
from jishiyu.apps.enterprises.models import Aim, Campaign, Level, Network, ServiceItem, Skill
from jishiyu.apps.enterprises.problems import NetworkIncomplete, RoundCodeTaken, RoundUnknown
from jishiyu.apps.orgs.queries import union_by_code
from jishiyu.apps.workdays.queries import known_calendar
from jishiyu.engine.calendar import Calendar
from jishiyu.engine.help.campaign import Campaign as Definition
from jishiyu.engine.help.campaign import months_after, read_campaign


def open_campaign(
    *, definition: str, network: Mapping[str, int], by: str, at: datetime, code: str = "", begins_on: date | None = None,
    months: int | None = None, follows: str = "", calendar: Calendar | None = None,
) -> Campaign:  # fmt: skip
    """This function will open a round from the text of its file, with the unions of its network (code → level 1 to 3).

    The union of level 1 leads it. `code` and `begins_on` may differ from the file's, so that one file serves several rounds. With
    `follows` (code of a round) it takes over what that round left: enterprises with their stewards, and open needs, each
    as a need of its own that names the one it follows; the network, where none is given. Experts and their records belong to
    no round and stay.
    Raises `CampaignRefused`, `RoundCodeTaken`, `RoundUnknown`, `NetworkIncomplete`, `UnionUnknown`, `YearWithoutNotice`.
    """
    said = read_campaign(definition)
    begins = begins_on or said.begins_on
    ends = months_after(begins, months) if months else _ends(said, begins)
    (calendar or known_calendar()).must_know(begins.year)
    with transaction.atomic():
        before = _followed(follows)
        unions = dict(network) or _network_of(before)
        _check_network(unions)
        if Campaign.objects.filter(code=code or said.code).exists():
            raise RoundCodeTaken(code=code or said.code)
        lead = union_by_code(code=next(union for union, level in unions.items() if level == Level.CITY))
        try:
            with transaction.atomic():
                made = Campaign.objects.create(
                    code=code or said.code, zh=said.words.zh, en=said.words.en, area=said.area, begins_on=begins,
                    ends_on=ends, lead=lead, follows=before, team_max=said.team_max, definition=said.text, opened_by=by,
                    opened_at=at, working_hours=[list(span) for span in said.working_hours],
                    **{f"{name}_days": days for name, days in said.clocks.items()},
                )  # fmt: skip
        except IntegrityError as error:
            raise RoundCodeTaken(code=code or said.code) from error
        Network.objects.bulk_create(
            Network(campaign=made, level=level, union=union_by_code(code=union)) for union, level in unions.items()
        )
        _write_aims(made, said)
        carried = carry_over(before, made, by=by, at=at, calendar=calendar) if before is not None else (0, 0)
        details = {
            "begins_on": begins, "ends_on": ends, "network": unions, "follows": follows, "enterprises": carried[0],
            "needs": carried[1], "items": len(said.items),
        }  # fmt: skip
        record(by=by, action="campaign.opened", record=f"campaign {made.code}", details=details, at=at)
    return made


def _ends(said: Definition, begins: date) -> date:
    months = (said.ends_on.year - said.begins_on.year) * 12 + said.ends_on.month - said.begins_on.month
    return months_after(begins, months)


def _followed(code: str) -> Campaign | None:
    if not code:
        return None
    before = Campaign.objects.select_for_update(of=("self",)).filter(code=code).first()
    if before is None:
        raise RoundUnknown(round=code)
    return before


def _network_of(before: Campaign | None) -> dict[str, int]:
    if before is None:
        return {}
    return dict(before.network.order_by("level", "id").values_list("union__code", "level"))


def _check_network(unions: Mapping[str, int]) -> None:
    for level in (Level.CITY, Level.INDUSTRY, Level.SERVING):
        if level not in unions.values():
            raise NetworkIncomplete(level=level.value)


def _write_aims(made: Campaign, said: Definition) -> None:
    for code, words in said.skills.items():  # skills are shared by all rounds: the first that names one gives its words
        Skill.objects.get_or_create(code=code, defaults={"zh": words.zh, "en": words.en})
    for place, aim in enumerate(said.aims, start=1):
        row = Aim.objects.create(campaign=made, code=aim.code, zh=aim.words.zh, en=aim.words.en, place=place)
        ServiceItem.objects.bulk_create(
            ServiceItem(
                aim=row, code=item.code, zh=item.words.zh, en=item.words.en, vocabulary=list(item.vocabulary),
                skills=dict(item.skills), halfdays=item.halfdays, checks=[check.plain() for check in item.checks],
                place=number,
            )
            for number, item in enumerate(aim.items, start=1)
        )  # fmt: skip
