"""The account of a feed: every line in one bucket, as a picture, a table and Excel of the same numbers."""

from collections.abc import Sequence

from jishiyu.apps.intake.models import Feed
from jishiyu.apps.intake.queries import ReasonCount
from jishiyu.web.components.chart import Chart, Shape
from jishiyu.web.feeds.words import reason
from jishiyu.web.figures.figure import Column, Figure, Say, Unit
from jishiyu.web.figures.labels import bucket_label
from jishiyu.web.figures.typography import chinese

SHARE = 50  # a reason has a branch of its own when it is at least one fiftieth of the file; the table lists all
ALL = Say("全部", "all lines")
NONE = Say("—", "—")
FLOW = (
    Column("from", Say("从", "from"), Unit.TEXT),
    Column("to", Say("到", "to"), Unit.TEXT),
    Column("lines", Say("行数", "lines"), Unit.COUNT),
)
LISTED = (
    Column("bucket", Say("去向", "where it ended"), Unit.TEXT),
    Column("reason", Say("主要原因", "leading reason"), Unit.TEXT),
    Column("lines", Say("行数", "lines"), Unit.COUNT),
    Column("share", Say("占比", "share"), Unit.SHARE),
)


def account_figure(feed: Feed, found: Sequence[ReasonCount]) -> Figure:
    """Return every bucket and leading reason with its lines; the foot is their sum, which is the lines of the file."""
    rows = tuple(
        (bucket_label(row.bucket), _said(row.reason), row.lines, (row.lines, feed.line_count)) for row in found
    )
    total = sum(row.lines for row in found)
    foot = (Say("合计", "total"), Say("", ""), total, (total, feed.line_count))
    return Figure(f"feed-{feed.pk}-account", Say("每一行的去向", "Where every line ended"), LISTED, rows, foot)


def flow_chart(feed: Feed, found: Sequence[ReasonCount]) -> Chart:
    """Return the same as a picture: from the file to buckets, from buckets to their reasons."""
    buckets: dict[str, int] = {}
    for row in found:
        buckets[row.bucket] = buckets.get(row.bucket, 0) + row.lines
    file = Say(f"来件 {feed.line_count:,} 行", f"file, {feed.line_count:,} lines")
    rows = [(file, _bucket(name, lines), lines) for name, lines in buckets.items()]
    for name, lines in buckets.items():
        mine = [row for row in found if row.bucket == name and row.reason]
        large = [row for row in mine if row.lines * SHARE >= feed.line_count]
        rows += [(_bucket(name, lines), _said(row.reason), row.lines) for row in large]
        if large and (rest := sum(row.lines for row in mine) - sum(row.lines for row in large)):
            rows.append((_bucket(name, lines), Say("其他原因", "other reasons"), rest))
    figure = Figure(f"feed-{feed.pk}", Say("行数去向图", "Where the lines went"), FLOW, tuple(rows))
    return Chart(figure, Shape.SANKEY, values=(2,), tall=True)


def _bucket(name: str, lines: int) -> Say:
    """Name a bucket with its lines, so that no reason can have the same name."""
    words = bucket_label(name)
    return Say(f"{words.zh} {lines:,}", f"{words.en} {lines:,}")


def _said(code: str) -> Say:
    return Say(chinese(reason(code, "zh")), reason(code, "en")) if code else NONE
