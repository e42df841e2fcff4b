"""Accidents, deaths and fires of the invented city, as applications with papers.

Sums and counts are met exactly as published where the injury table allows it: kinds of injuries are drawn, then
moved along the table until their sum is that of the published money. What is drawn is only who, when and what.
"""

import csv
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np

from jishiyu.demo import words
from jishiyu.demo.fit import DEATH_FEN, DEATHS
from jishiyu.demo.numbers import EPOCH, day
from jishiyu.demo.people import People
from jishiyu.demo.period import Period
from jishiyu.demo.pick import OLDEST, YOUNGEST
from jishiyu.demo.published import published
from jishiyu.demo.streams import Stream, scaled
from jishiyu.engine.policy.shelf import shipped

DEGREES = (("crack", 28), ("closed", 40), ("open", 8), ("comminuted", 8), ("several", 6), ("operated", 10))
FIRE_RATE, FIRE_MOST_FEN, NEWS_FIRE_FEN = 10, 1_000_000, 500_000
PAPERS = "not_work_injury;hospital_records;identity"
FIRE_PAPERS = "fire_certificate;loss_evidence;identity"
COLUMNS = (
    "application_id", "kind", "cert_type", "certno", "name", "event_on", "filed_on", "event_id", "injuries", "cause",
    "treatment_over", "graded_on", "loss_yuan", "certificate_no", "certificate_on", "certificate_issuer", "household",
    "papers",
)  # fmt: skip


@dataclass(frozen=True)
class Application:
    """One application as it stands in the file, and for the truth what becomes of it (`bucket`, `payable_fen`)."""

    kind: str
    who: int
    event: int
    filed: int
    event_id: str
    bucket: str
    payable_fen: int
    dirt: str = ""
    stranger: bool = False
    injuries: str = ""
    cause: str = ""
    treatment_over: str = ""
    graded: int | None = None
    loss_fen: int | None = None
    certificate_no: str = ""
    certificate_on: int | None = None
    certificate_issuer: str = ""
    household: str = ""
    papers: str = PAPERS
    application_id: str = field(default="")


def make_applications(
    *, seed: int, size: Fraction, period: Period, members: People, strangers: People
) -> list[Application]:
    """This function will invent all applications of the period, numbered in the order of filing."""
    figures = published()
    people = _People(Stream(seed, "applications.people"), members, period)
    deaths = scaled(DEATHS, size)
    injured = scaled(figures.count("accident_count"), size) - deaths
    injury_money = scaled(figures.fen("accident_money"), size) - deaths * DEATH_FEN
    accidents = _accidents(Stream(seed, "applications.accidents"), people, injured, injury_money, period)
    fires = _fires(
        Stream(seed, "applications.fires"), people, scaled(figures.count("fire_count"), size),
        scaled(figures.fen("fire_money"), size),
    )  # fmt: skip
    dead = [
        Application(
            "death",
            who,
            on,
            on + 40,
            f"E-D{at + 1:04d}",
            "assist",
            DEATH_FEN,
            cause="fall",
            papers=f"{PAPERS};death_certificate",
        )
        for at, (who, on) in enumerate(people.some(deaths))
    ]
    spoilt = _spoilt(people, accidents, fires, len(strangers))
    every = sorted(
        [*accidents, *fires, *dead, *spoilt], key=lambda item: (item.filed, item.event_id, item.dirt, item.who)
    )
    return [replace(item, application_id=f"A{at + 1:06d}") for at, item in enumerate(every)]


def write_applications(
    applications: list[Application], *, period: Period, members: People, strangers: People, folder: Path
) -> list[Path]:
    """This function will write one file per month of filing; months without an application have none."""
    paths = []
    for month in range(period.count):
        mine = [item for item in applications if period.firsts[month] <= item.filed < period.firsts[month + 1]]
        if not mine:
            continue
        path = folder / f"applications-{period.name(month)}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(_row(item, strangers if item.stranger else members) for item in mine)
        paths.append(path)
    return paths


@cache
def injuries() -> tuple[tuple[str, int], ...]:
    """This function will return the injuries of the shipped table and their amounts (fen), cheapest first."""
    table = shipped(("changchun.accident",)).versions["changchun.accident"][-1].formula.table
    known = {degree for degree, _ in DEGREES}
    return tuple(
        sorted(((k, v) for k, v in table.items() if k.partition(":")[2] in known), key=lambda item: (item[1], item[0]))
    )


def meet(positions: list[int], amounts: list[int], target: int) -> list[int]:
    """This function will move positions along sorted amounts, one at a time, until their sum is next to the target."""
    positions = list(positions)
    rest = target - sum(amounts[at] for at in positions)
    turn = 0
    while turn < 400 * len(positions):
        at = turn % len(positions)
        step = 1 if rest > 0 else -1
        moved = min(max(positions[at] + step, 0), len(amounts) - 1)
        gain = amounts[moved] - amounts[positions[at]]
        if abs(rest - gain) <= abs(rest):
            positions[at], rest = moved, rest - gain
        if rest == 0:
            break
        turn += 1
    return positions


class _People:
    """Hands out members in service and days on which something happens to them, each person once."""

    def __init__(self, stream: Stream, members: People, period: Period) -> None:
        self.stream, self.members, self.period = stream, members, period
        self.taken: set[int] = set()

    def some(self, count: int) -> list[tuple[int, int]]:
        """Return people and days; the last ten weeks stay free for filing."""
        found: list[tuple[int, int]] = []
        last = max(day(self.period.ends) - 70, int(self.period.firsts[0]) + 1)
        while len(found) < count:
            who = self.stream.below(64, len(self.members))
            on = self.stream.between(64, int(self.period.firsts[0]), last)
            age = self.members.age(who, on)
            fits = self.members.in_service(who, on) & (age >= YOUNGEST + 2) & (age < OLDEST)
            for at in np.flatnonzero(fits):
                if int(who[at]) not in self.taken and len(found) < count:
                    self.taken.add(int(who[at]))
                    found.append((int(who[at]), int(on[at])))
        return found


def _accidents(stream: Stream, people: _People, count: int, money: int, period: Period) -> list[Application]:
    if count <= 0:
        return []
    table = injuries()
    amounts = [amount for _, amount in table]
    weights = [dict(DEGREES)[key.partition(":")[2]] for key, _ in table]
    drawn = meet(np.sort(stream.choose(count, weights)).tolist(), amounts, money)
    drawn = [drawn[int(at)] for at in stream.order(count)]
    traffic, second, unfinished = (stream.chance(count, share) for share in (150_000, 100_000, 40_000))
    wait = stream.between(count, 8, 60)
    made = []
    for at, (who, on) in enumerate(people.some(count)):
        key, amount = table[drawn[at]]
        papers = f"{PAPERS};police_certificate" if traffic[at] else PAPERS
        one = Application(
            "accident", who, on, on + int(wait[at]), f"E-A{at + 1:04d}", "auto", amount, injuries=key, papers=papers,
            cause="traffic" if traffic[at] else "fall", treatment_over="yes",
        )  # fmt: skip
        if second[at] and drawn[at] > 0:
            one = replace(one, injuries=f"{key};{table[drawn[at] // 2][0]}", dirt="several_injuries")
        elif unfinished[at] and on + 190 < day(period.ends):
            one = replace(one, treatment_over="no", graded=on + 180, filed=on + 185, dirt="graded_at_day_180")
        made.append(one)
    return _worse_later(made, table, day(period.ends))


def _worse_later(accidents: list[Application], table: tuple[tuple[str, int], ...], ends: int) -> list[Application]:
    """Let one accident in forty be graded mildly first and worse later: together it pays the worse grade."""
    made: list[Application] = []
    for at, one in enumerate(accidents):
        site = one.injuries.partition(":")[0]
        milder = next((item for item in table if item[0] == f"{site}:crack" and item[1] < one.payable_fen), None)
        if at % 40 == 0 and milder and not one.dirt and one.filed + 15 < ends:
            first = replace(one, injuries=milder[0], payable_fen=milder[1], dirt="graded_worse_later")
            later = replace(
                one, payable_fen=one.payable_fen - milder[1], filed=one.filed + 15, dirt="graded_worse_later"
            )
            made += [first, later]
        else:
            made.append(one)
    return made


def _fires(stream: Stream, people: _People, count: int, money: int) -> list[Application]:
    """Share the published money among the fires; one of them is that of the news, 5,000 yuan."""
    if count <= 0:
        return []
    pays = [NEWS_FIRE_FEN] if count > 1 and money > NEWS_FIRE_FEN else []
    rest, open_ = money - sum(pays), count - len(pays)
    weights = stream.between(open_, 40, 160)
    shares = [rest * int(weight) // int(weights.sum()) for weight in weights]
    shares[-1] += rest - sum(shares)
    pays += [min(part, FIRE_MOST_FEN) for part in shares]
    made = []
    for at, ((who, on), pay) in enumerate(zip(people.some(count), pays, strict=True)):
        brigade = words.DISTRICTS[at % len(words.DISTRICTS)][1]
        year = EPOCH.year + on * 4 // 1461
        made.append(
            Application(
                "fire", who, on, on + 45, f"E-F{at + 1:04d}", "auto", pay, loss_fen=pay * FIRE_RATE,
                certificate_no=f"演示消火认字〔{year}〕第{at + 1:04d}号", certificate_on=on + 30,
                certificate_issuer=f"{brigade}消防救援大队(演示)", household=f"HH{at + 1:05d}", papers=FIRE_PAPERS,
            )
        )  # fmt: skip
    return made


def _spoilt(
    people: _People, accidents: list[Application], fires: list[Application], strangers: int
) -> list[Application]:
    """Make applications that are not paid, or not again: one of each kind for every forty accidents."""
    made: list[Application] = []
    for turn in range(max(1, len(accidents) // 40) if accidents else 0):
        one = next((item for item in accidents[turn * 40 :] if not item.dirt), None)
        if one:
            made.append(replace(one, filed=one.filed + 3, bucket="capped", payable_fen=0, dirt="filed_by_two_unions"))
        (who, on), (other, when) = people.some(2)
        base = Application(
            "accident", who, on, on + 20, f"E-X{turn + 1:04d}", "held", 0, injuries="radius:closed", cause="fall",
            treatment_over="yes",
        )  # fmt: skip
        made.append(replace(base, papers="hospital_records", dirt="no_proof_of_non_work_injury"))
        made.append(
            replace(
                base,
                who=turn * 7 % strangers,
                stranger=True,
                bucket="unmatched",
                event_id=f"E-S{turn + 1:04d}",
                dirt="not_on_the_roster",
            )
        )
        if fires:
            fire = fires[turn % len(fires)]
            spouse = replace(
                fire, who=other, filed=fire.filed + 4, bucket="capped", payable_fen=0, dirt="same_household"
            )
            in_service = people.members.in_service(np.asarray([other]), np.asarray([fire.event]))[0]
            age = int(people.members.age(np.asarray([other]), np.asarray([fire.event]))[0])
            if in_service and YOUNGEST <= age <= OLDEST and turn < len(fires):
                made.append(spouse)
            made.append(
                replace(
                    fire,
                    who=other,
                    event=when,
                    filed=when + 45,
                    certificate_on=when + 30,
                    certificate_no="",
                    event_id=f"E-N{turn + 1:04d}",
                    household=f"HN{turn + 1:05d}",
                    bucket="held",
                    payable_fen=0,
                    dirt="no_fire_certificate",
                )
            )
    return made


def _row(item: Application, people: People) -> list[str]:
    values = asdict(item)

    def on(days: int | None) -> str:
        return "" if days is None else np.datetime64(days, "D").astype(str)

    values |= {
        "cert_type": people.cert_type[item.who], "certno": people.number[item.who], "name": people.name[item.who],
        "event_on": on(item.event), "filed_on": on(item.filed), "graded_on": on(item.graded),
        "certificate_on": on(item.certificate_on),
        "loss_yuan": "" if item.loss_fen is None else f"{item.loss_fen // 100}.{item.loss_fen % 100:02d}",
    }  # fmt: skip
    return [str(values[column]) for column in COLUMNS]
