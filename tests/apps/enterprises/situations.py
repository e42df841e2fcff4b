"""Small invented rounds of help: unions of the four levels, a power item, an enterprise with needs, a steward."""

from datetime import UTC, date, datetime

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.accounts.operations import create_account, grant
from jishiyu.apps.enterprises.models import (
    Aim,
    Campaign,
    Enterprise,
    Level,
    Need,
    NeedList,
    NeedMove,
    Network,
    Participation,
    ServiceItem,
    Skill,
    State,
)
from jishiyu.apps.enterprises.operations import move_need
from jishiyu.apps.orgs.models import Union

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)  # a Monday, ten o'clock in China
SINCE = date(2026, 1, 1)
LEVELS = {"CITY": Level.CITY, "MADE": Level.INDUSTRY, "GRID": Level.SERVING}


def unions() -> dict[str, Union]:
    """Return the unions of the news: city, industry federation, power company, and two enterprises of the industry."""
    city, _ = Union.objects.get_or_create(code="CITY", defaults={"name": "市总工会", "kind": "city"})
    below = {"territorial_parent": city}
    made, _ = Union.objects.get_or_create(
        code="MADE", defaults={"name": "制造业工会联合会", "kind": "industry", **below}
    )
    grid, _ = Union.objects.get_or_create(code="GRID", defaults={"name": "供电公司工会", "kind": "grassroots", **below})
    ours = {"kind": "grassroots", "industry_parent": made}
    one, _ = Union.objects.get_or_create(code="E1", defaults={"name": "甲厂工会", **ours})
    two, _ = Union.objects.get_or_create(code="E2", defaults={"name": "乙厂工会", **ours})
    return {"CITY": city, "MADE": made, "GRID": grid, "E1": one, "E2": two}


def somebody(role: Role, *, union: str = "", name: str = "") -> Account:
    """Return an account with a role, made when it is first asked for."""
    name = name or f"{role.value}-{union or 'city'}".lower()
    known = Account.objects.filter(name=name).first()
    if known is not None:
        return known
    made = create_account(name=name, full_name=f"甲{role.label}", by="tests", at=AT, no_member=True)
    grant(account_id=made.pk, role=role, union_code=union, since=SINCE, by="tests", at=AT)
    return made


def campaign(code: str = "power-1") -> Campaign:
    """Return a round with one aim, one item (harmonics at level 4), and the network of `unions`."""
    known = Campaign.objects.filter(code=code).first()
    if known is not None:
        return known
    ours = unions()
    made = Campaign.objects.create(
        code=code, zh="电力助企", en="Power help", area="同翔高新城", begins_on=date(2026, 3, 1), ends_on=date(2026, 9, 1),
        lead=ours["CITY"], definition="", opened_by="tests", opened_at=AT,
    )  # fmt: skip
    for union, level in LEVELS.items():
        Network.objects.create(campaign=made, level=level, union=ours[union])
    aim = Aim.objects.create(campaign=made, code="reliable", zh="设备更可靠", en="More reliable", place=1)
    Skill.objects.get_or_create(code="harmonics", defaults={"zh": "谐波治理", "en": "Harmonics"})
    ServiceItem.objects.create(
        aim=aim, code="quality", zh="电能质量检测", en="Power quality", vocabulary=["谐波", "电压不稳"],
        skills={"harmonics": 4}, checks=[{"zh": "谐波电压", "en": "Harmonic voltage"}], place=1,
    )  # fmt: skip
    return made


def participation(union: str = "E1", *, steward: str = "", code: str = "power-1") -> Participation:
    """Return the enterprise of a union in a round, with a steward of this name where one is named."""
    round_ = campaign(code)
    enterprise, _ = Enterprise.objects.get_or_create(
        code=union, defaults={"name": f"{union} 有限公司", "union": unions()[union]}
    )
    who = somebody(Role.STEWARD, name=steward) if steward else None
    made, _ = Participation.objects.get_or_create(
        campaign=round_, enterprise=enterprise, defaults={"steward": who, "since": AT}
    )
    return made


def need(words: str = "车间谐波偏大,电容器经常跳闸", *, of: Participation | None = None, at: datetime = AT) -> Need:
    """Return a need that was just handed in."""
    whose = of or participation(steward="steward-a")
    count = Need.objects.count() + 1
    handed = NeedList.objects.create(
        participation=whose, once=f"list-{count}", source="web", handed_in_by="enterprise", handed_in_at=at
    )
    made = Need.objects.create(
        number=f"N{count:04d}", need_list=handed, participation=whose, line=1, words=words, state_at=at
    )
    NeedMove.objects.create(
        need=made, to_state=State.HANDED_IN, level=Level.ENTERPRISE, what="handed_in", by="e", at=at
    )
    return made


WAY = (
    State.FORWARDED, State.CONFIRMED, State.CLASSIFIED, State.PAIRED, State.PLANNED, State.VISITED, State.DIAGNOSED,
    State.SERVED, State.CLOSED,
)  # fmt: skip


def need_in(state: State, *, of: Participation | None = None, words: str = "车间谐波偏大", at: datetime = AT) -> Need:
    """Return a need that came to a state by the usual way."""
    made = need(words, of=of, at=at)
    for step in WAY[: WAY.index(state) + 1] if state != State.HANDED_IN else ():
        made = move_need(need_id=made.pk, to=step, what=step.value, by="tests", at=at)
    return made
