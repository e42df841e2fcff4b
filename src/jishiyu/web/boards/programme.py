"""The counters of the programme as charts and as one set of figures."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.timezone import localdate

from jishiyu.apps.enterprises.boards import Asked, WorkingTime, cards, reached, stays, time_in_states
from jishiyu.apps.enterprises.models import Campaign
from jishiyu.apps.visits.boards import bars, loads
from jishiyu.apps.visits.figures import (
    Fact,
    by_aim,
    by_level,
    by_round,
    by_steward,
    facts,
    satisfaction,
    times,
    whole,
)
from jishiyu.web.boards import build, pictures
from jishiyu.web.components.chart import Chart, Shape
from jishiyu.web.figures.figure import Figure, Say

AIM = ("aim", Say("按服务目标", "By aim"), Say("服务目标", "aim"))
STEWARD = ("steward", Say("按专属管家", "By steward"), Say("专属管家", "steward"))
LEVEL = ("level", Say("按所在层级", "By level"), Say("层级", "level"))
ROUND = ("round", Say("本批次", "This round"), Say("批次", "round"))
ROUNDS = ("rounds", Say("各批次对照", "Rounds beside each other"), Say("批次", "round"))
RAISED_SOLVED = (build.PLACES["raised"], build.PLACES["solved"])


def counters(asked: Asked, rows: Sequence[Fact]) -> list[Figure]:
    """Return the counters of a round as a whole, by aim, by steward, by level."""
    total = whole(rows)
    figures = [
        build.counted_figure(*name, found, total)
        for name, found in (
            (AIM, by_aim(rows)),
            (STEWARD, by_steward(rows)),
            (LEVEL, by_level(rows, campaign=asked.campaign)),
        )
    ]
    this = build.counted_figure(*ROUND, [total], total)
    words = Say(asked.campaign.zh, asked.campaign.en)
    return [Figure(this.key, this.title, this.columns, ((words, *this.rows[0][1:]),), None, this.notes), *figures]


def programme_charts(asked: Asked, known: Sequence[Fact] | None = None) -> list[Chart]:
    """Return the counters as charts; the first is the round as a whole, for a table alone."""
    rows = facts(asked) if known is None else known
    this, aim, steward, level = counters(asked, rows)
    return [
        Chart(this, Shape.BARS), Chart(aim, Shape.BARS, values=RAISED_SOLVED), Chart(steward, Shape.BARS, values=RAISED_SOLVED),
        Chart(level, Shape.BARS, values=RAISED_SOLVED),
        Chart(build.times_figure(times(rows, WorkingTime(asked.campaign))), Shape.BARS, values=(1, 2)),
        Chart(build.stars_figure(satisfaction(rows)), Shape.BARS),
    ]  # fmt: skip


def rounds_beside(rows: Sequence[Fact], rounds: Sequence[Campaign]) -> list[Figure]:
    """Return the counters and times of rounds beside each other, from the facts of every round."""
    found = by_round(rows, rounds)
    counted = build.counted_figure(*ROUNDS, [one for _round, one, _times in found], whole(rows))
    return [counted, build.times_by_round_figure([(Say(one.zh, one.en), took) for _round, one, took in found])]


def rounds_charts(asked: Asked, rounds: Sequence[Campaign]) -> list[Chart]:
    """Return rounds beside each other as charts; none where there is one round only."""
    if len(rounds) < 2:
        return []
    counted, took = rounds_beside(facts(asked, every_round=True), rounds)
    medians = tuple(at for at, one in enumerate(took.columns) if one.key.endswith("median"))
    return [Chart(counted, Shape.BARS, values=RAISED_SOLVED), Chart(took, Shape.BARS, values=medians)]


def all_figures(asked: Asked, at: datetime, rounds: Sequence[Campaign]) -> list[Figure]:
    """Return every figure of a round: counters, times, needs, visits, load, sites; and `rounds` beside each other."""
    every, found, planned = facts(asked, every_round=True), cards(asked), bars(asked)
    rows = [row for row in every if row.campaign_id == asked.campaign.pk]
    all_stays, work = stays(asked), WorkingTime(asked.campaign)
    until = max([localdate(at), *(bar.on for bar in planned)]) + timedelta(days=1)
    return [
        *counters(asked, rows), build.times_figure(times(rows, work)), build.stars_figure(satisfaction(rows)),
        build.funnel_figure(reached(all_stays)), build.in_states_figure(time_in_states(all_stays, work, at=at)),
        build.states_figure(found, at), build.needs_figure(found, at), build.schedule_figure(planned),
        build.load_figure(loads(planned, since=asked.campaign.begins_on, until=until)),
        pictures.sites_figure(found, at), *rounds_beside(every, rounds),
    ]  # fmt: skip
