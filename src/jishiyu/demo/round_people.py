"""Who takes part in the demo's round: enterprises of the invented city, stewards, model workers and craftsmen, officers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.enterprises.models import Campaign, Participation, Skill
from jishiyu.apps.enterprises.operations import enrol_enterprise
from jishiyu.apps.experts.models import Expert, Part
from jishiyu.apps.experts.operations import Entry, admit_expert, confirm_skill, offer_weekly, set_skills
from jishiyu.apps.orgs.models import Union
from jishiyu.demo.officers import drawn
from jishiyu.demo.round_words import CRAFTS, GIVEN, HONOURS, STEWARDS, SURNAMES
from jishiyu.demo.sign_ins import EXPERT, EXPERTS_FROM, ORGANISER, STEWARDS_FROM, mobile

ENTERPRISES, EXPERTS, OFFICERS = 60, 40, 6
SIGNED_IN = "E001"  # the expert whose account the demo hands out
WORKSHOP = "新辉机械有限公司(演示)"  # the workshop of 800 kVA of examples/workshop.py
BUSY_TRADES = ("制造", "食品", "能源", "信息", "物流", "商贸")
INDUSTRY, SERVING_TRADE, CITY = "2201H01", "能源", "220100"
HALVES = ("am", "pm")
AREA_M = 12_000


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody who takes part; `workshop` is the enterprise of 800 kVA."""

    participations: tuple[Participation, ...]
    workshop: Participation
    experts: tuple[Expert, ...]


def network() -> dict[str, int]:
    """This function will return the unions of the four levels: city, industry federation, the serving company's."""
    serving = (
        Union.objects.filter(kind="grassroots", trade=SERVING_TRADE).order_by("code").first()
        or Union.objects.filter(kind="grassroots").order_by("-code")[0]
    )
    return {CITY: 1, INDUSTRY: 2, serving.code: 3}


def gather(campaign: Campaign, *, seed: int, first: date, last: date, by: str, at: datetime) -> Crowd:
    """This function will enrol the enterprises with their stewards and admit everybody to the resource list."""
    stewards = _stewards()
    participations = []
    for place, union in enumerate(_unions(seed)):
        workshop = place == 0
        participations.append(
            enrol_enterprise(
                campaign_id=campaign.pk, name=WORKSHOP if workshop else f"{union.name.removesuffix('工会委员会')}(演示)",
                by=by, at=at, code=f"DEMO{place + 1:03d}", union_code=union.code, facts=_facts(seed, place, union, workshop=workshop),
                contact={"name": person(seed, "contact", place), "mobile": mobile(7000 + place)},
                steward=stewards[place % len(stewards)],
            )
        )  # fmt: skip
    experts = _list(seed, stewards, first=first, last=last, by=by, at=at)
    return Crowd(tuple(participations), participations[0], tuple(experts))


def person(seed: int, *words: object) -> str:
    """This function will return an invented name."""
    return SURNAMES[drawn(seed, *words, "surname") % len(SURNAMES)] + GIVEN[drawn(seed, *words, "given") % len(GIVEN)]


def home_of_the_enterprise_account() -> str:
    """This function will return the union of the workshop: the demo's enterprise account sees its needs."""
    return _unions(0)[0].code


def _stewards() -> list[str]:
    known = set(Account.objects.filter(name__in=STEWARDS).values_list("name", flat=True))
    return [name for name in STEWARDS if name in known]


def _unions(_seed: int) -> Sequence[Union]:
    rows = Union.objects.filter(kind="grassroots").order_by("code")
    busy = [union for trade in BUSY_TRADES for union in rows.filter(trade=trade)[:ENTERPRISES]]
    # Mostly those of the federation; a few of other trades, so that levels see different parts.
    chosen = [*busy[: ENTERPRISES * 4 // 5], *busy[ENTERPRISES:]][:ENTERPRISES]
    return chosen if len(chosen) == ENTERPRISES else list(rows[:ENTERPRISES])


def _facts(seed: int, place: int, union: Union, *, workshop: bool) -> Mapping[str, object]:
    x_m, y_m = _place(seed, "site", place)
    kva = 800 if workshop else (315, 500, 630, 800, 1000, 1250, 1600)[drawn(seed, "kva", place) % 7]
    return {
        "trade": union.trade, "address": f"同翔高新城示例路 {place + 1} 号", "x_m": x_m, "y_m": y_m,
        "workers": 40 + drawn(seed, "workers", place) * 9, "peak_load_kw": kva * (55 + drawn(seed, "load", place) % 40) // 100,
        "transformer_kva": kva, "voltage_level": "10kV",
    }  # fmt: skip


def _place(seed: int, *words: object) -> tuple[int, int]:
    """Return a place in metres: three clusters, so that a map looks like an industrial area."""
    cluster = ((3_000, 4_000), (8_500, 2_500), (6_000, 8_000))[drawn(seed, *words, "cluster") % 3]
    away = [(drawn(seed, *words, axis, "a") + drawn(seed, *words, axis, "b") - 99) * 26 for axis in ("x", "y")]
    return tuple(min(max(middle + off, 200), AREA_M) for middle, off in zip(cluster, away, strict=True))  # type: ignore[return-value]


def _list(seed: int, stewards: Sequence[str], *, first: date, last: date, by: str, at: datetime) -> list[Expert]:
    """Admit experts with skills, the stewards and the officers, and offer their time."""
    names = dict(Account.objects.filter(name__in=[*stewards, EXPERT]).values_list("name", "full_name"))
    known = set(Skill.objects.values_list("code", flat=True))
    codes = [SIGNED_IN, *(f"E{number + 1:03d}" for number in range(1, EXPERTS))]
    called = {SIGNED_IN: names.get(EXPERT, "").partition("(")[0]}  # as the account is, without its role
    made = []
    for number in range(EXPERTS):
        rank, title = HONOURS[drawn(seed, "honour", number) % len(HONOURS)]
        entry = Entry(
            code=codes[number],
            name=called.get(codes[number]) or person(seed, "expert", number), part=Part.EXPERT, honour=rank, honour_title=title,
            account_name=EXPERT if number == 0 else "", address=mobile(EXPERTS_FROM + number), per_week=4 + drawn(seed, "week", number) % 4,
            x_m=_place(seed, "expert", number)[0], y_m=_place(seed, "expert", number)[1],
        )  # fmt: skip
        expert = admit_expert(entry=entry, since=first, by=by, at=at)
        craft = CRAFTS[number % len(CRAFTS)]
        levels = {code: 3 + drawn(seed, number, code) % 3 for code in craft if code in known}
        if "harmonics" in levels:
            levels["harmonics"] = max(4, levels["harmonics"])
        if "transformer" in levels:
            levels["transformer"] = max(4, levels["transformer"])
        set_skills(expert_id=expert.pk, levels=levels, by=by, at=at)
        for code in levels:
            confirm_skill(expert_id=expert.pk, code=code, by=ORGANISER, on=first, at=at)
        made.append(expert)
    for number, name in enumerate(stewards):
        entry = Entry(code=f"G{number + 1:03d}", name=names[name], part=Part.STEWARD, account_name=name, per_week=10,
                      address=mobile(STEWARDS_FROM + number), x_m=_place(seed, "steward", number)[0], y_m=_place(seed, "steward", number)[1])  # fmt: skip
        made.append(admit_expert(entry=entry, since=first, by=by, at=at))
    for number in range(OFFICERS):
        entry = Entry(code=f"U{number + 1:03d}", name=person(seed, "officer", number), part=Part.OFFICER, per_week=8,
                      address=mobile(8600 + number), x_m=_place(seed, "officer", number)[0], y_m=_place(seed, "officer", number)[1])  # fmt: skip
        made.append(admit_expert(entry=entry, since=first, by=by, at=at))
    for number, one in enumerate(made):
        free = [
            (day, half) for day in range(5) for half in HALVES
            if one.part != Part.EXPERT or drawn(seed, "free", number, day, half) < 55
        ]  # fmt: skip
        offer_weekly(expert_id=one.pk, pattern=free, first=first, last=last, source="office", by=by, at=at)
    return made
