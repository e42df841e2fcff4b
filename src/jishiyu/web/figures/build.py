"""From answers of the database to figures with words."""

from collections.abc import Iterable, Sequence

from jishiyu.apps.intake.models import Bucket
from jishiyu.apps.statistics.lines import FeedAccount, LinesInBucket, Waiting, buckets, days_to_paid
from jishiyu.apps.statistics.queries import By, Group, Large, Total, groups_of, large, totals
from jishiyu.apps.statistics.scope import Basis, Dated, Scope
from jishiyu.web.figures.figure import Cell, Column, Figure, Say, Unit
from jishiyu.web.figures.labels import HEADINGS, TITLES, bucket_label, label, policy_label, rate

BASES = {
    Basis.DECIDED: Say("已核定", "decided"),
    Basis.OWED: Say("已认定应付", "owed"),
    Basis.PAID: Say("已发放", "paid"),
}
COUNTED = {
    Basis.DECIDED: Say(
        "口径:最新决定中核定的金额(含等待材料的大额),按事件发生日(出院日等)归期。",
        "Counted: what the newest decisions grant (large cases that wait for papers included), by the day of the event.",
    ),
    Basis.OWED: Say(
        "口径:已入账的应付金额,扣除其后的更正与冲销;一次住院(事故、火灾)计一人次。",
        "Counted: amounts posted as owed, less later corrections and reversals; one person-time per stay or event.",
    ),
    Basis.PAID: Say(
        "口径:银行确认到账的金额,扣除退汇和会员退回的款项;一次住院(事故、火灾)计一人次。",
        "Counted: money confirmed by the bank, less what came back; one person-time per stay or event.",
    ),
}
BY_EVENT = Say("按事件发生日归期。", "Put into periods by the day of the event.")
PEOPLE = Say(
    "人数为不同的人,各行之间有重复,不可相加。", "People are different persons: rows overlap and do not add up."
)

TAKEN_BACK = Say(
    "后来退回的,在退回当期冲减人次,个别期间人数因此可能多于人次。",
    "What came back later is taken off in the period in which it came: there may be more people than person-times.",
)
PERIODS = (By.MONTH, By.QUARTER, By.YEAR)

PERSON_TIMES = Column("person_times", Say("人次", "person-times"), Unit.COUNT)
MONEY = Column("yuan", Say("金额(元)", "yuan"), Unit.FEN)
GROUP_COLUMNS = (
    PERSON_TIMES,
    Column("people", Say("人数", "people"), Unit.COUNT),
    MONEY,
    Column("share", Say("金额占比", "share of money"), Unit.SHARE),
    Column("over_times", Say("超1万元人次", "over 10,000: times"), Unit.COUNT),
    Column("over_yuan", Say("超1万元金额(元)", "over 10,000: yuan"), Unit.FEN),
)


def notes(scope: Scope) -> tuple[Say, ...]:
    """Return the sentences that say what a scope counts."""
    by_event = scope.dated is Dated.EVENT and scope.basis is not Basis.DECIDED
    return (COUNTED[scope.basis], *((BY_EVENT,) if by_event else ()))


def group_figure(scope: Scope, by: By) -> Figure:
    """Ask for groups and return them as a figure."""
    return group_figures(scope, [by])[by]


def group_figures(scope: Scope, wanted: Sequence[By]) -> dict[By, Figure]:
    """Ask for several groups at once and return each as a figure."""
    said = notes(scope)
    return {by: from_groups(found, by, said) for by, found in groups_of(scope, wanted).items()}


def from_groups(found: Sequence[Group], by: By, said: tuple[Say, ...] = ()) -> Figure:
    """Return a figure of groups; the foot adds up what can be added up."""
    whole = sum(group.fen for group in found)
    key = Column(by.value, HEADINGS[by], Unit.TEXT)
    rows = tuple(
        (label(group, by), group.person_times, group.people, group.fen, (group.fen, whole), group.over_times,
         group.over_fen) for group in found
    )  # fmt: skip
    foot: tuple[Cell, ...] = (
        Say("合计", "total"), sum(group.person_times for group in found), None, whole, (whole, whole),
        sum(group.over_times for group in found), sum(group.over_fen for group in found),
    )  # fmt: skip
    noted = (*said, *((TAKEN_BACK,) if by in PERIODS else ()), PEOPLE)
    return Figure(f"by-{by.value}", TITLES[by], (key, *GROUP_COLUMNS), rows, foot, noted)


def totals_figure(found: dict[Basis, Total], said: tuple[Say, ...] = ()) -> Figure:
    """Return decided, owed and paid side by side."""
    columns = (
        Column("basis", Say("口径", "counted"), Unit.TEXT),
        *GROUP_COLUMNS[:3],
        *GROUP_COLUMNS[4:],
        Column("largest_yuan", Say("单笔最高(元)", "largest: yuan"), Unit.FEN),
        Column("most_yuan", Say("一人累计最高(元)", "most to one: yuan"), Unit.FEN),
    )
    rows = tuple(
        (BASES[basis], total.person_times, total.people, total.fen, total.over_times, total.over_fen,
         total.largest_fen, total.most_fen) for basis, total in found.items()
    )  # fmt: skip
    return Figure("totals", Say("总计", "Totals"), columns, rows, None, said)


def large_figure(found: Sequence[Large], said: tuple[Say, ...] = ()) -> Figure:
    """Return the list of single amounts above 10,000 yuan; member numbers are masked."""
    columns = (
        Column("day", Say("日期", "day"), Unit.DAY),
        Column("policy", Say("补贴", "subsidy"), Unit.TEXT),
        Column("member", Say("会员号", "member"), Unit.TEXT),
        Column("union", Say("工会", "union"), Unit.TEXT),
        Column("bracket", Say("档次", "bracket"), Unit.TEXT),
        MONEY,
    )
    rows = tuple(
        (row.day, policy_label(row.policy), masked(row.member_no), row.union_name,
         f"{row.bracket} · {rate(row.rate_ppm)}" if row.bracket and row.rate_ppm else "—", row.fen)
        for row in found
    )  # fmt: skip
    foot: tuple[Cell, ...] = (None, Say("合计", "total"), None, None, None, sum(row.fen for row in found))
    return Figure("over-10000", Say("单笔超过1万元", "Single amounts above 10,000 yuan"), columns, rows, foot, said)


def masked(member_no: str) -> str:
    """Return a member number of which only the last four characters can be read; shorter ones only the last."""
    shown = 4 if len(member_no) >= 8 else 1
    return "*" * (len(member_no) - shown) + member_no[-shown:] if member_no else ""


def buckets_figure(found: Iterable[LinesInBucket]) -> Figure:
    """Return the account of the lines of all feeds: every line stands in exactly one bucket."""
    lines: dict[str, int] = {}
    cash: dict[str, int] = {}
    for row in found:
        lines[row.bucket] = lines.get(row.bucket, 0) + row.lines
        cash[row.bucket] = cash.get(row.bucket, 0) + row.cash_fen
    whole = sum(lines.values())
    columns = (
        Column("bucket", Say("去向", "bucket"), Unit.TEXT),
        Column("lines", Say("行数", "lines"), Unit.COUNT),
        Column("share", Say("占比", "share"), Unit.SHARE),
        Column("cash_yuan", Say("个人现金支付(元)", "personal cash: yuan"), Unit.FEN),
    )
    rows = tuple(
        (bucket_label(name), lines[name], (lines[name], whole), cash[name]) for name in Bucket.values if name in lines
    )
    foot: tuple[Cell, ...] = (Say("合计", "total"), whole, (whole, whole), sum(cash.values()))
    note = Say("来件的每一行恰好归入一个去向。", "Every line of every feed ends in exactly one bucket.")
    return Figure("buckets", Say("来件各行去向", "Lines of feeds by bucket"), columns, rows, foot, (note,))


def feeds_figure(found: Sequence[FeedAccount]) -> Figure:
    """Return each feed with its lines by bucket."""
    columns = (
        Column("as_of", Say("日期", "as of"), Unit.DAY),
        Column("name", Say("文件", "file"), Unit.TEXT),
        Column("lines", Say("行数", "lines"), Unit.COUNT),
        *(Column(name, bucket_label(name), Unit.COUNT) for name in Bucket.values),
        Column("cash_yuan", Say("个人现金支付(元)", "personal cash: yuan"), Unit.FEN),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (feed.as_of, feed.name, feed.lines, *(feed.buckets.get(name, 0) for name in Bucket.values), feed.cash_fen)
        for feed in found
    )
    foot: tuple[Cell, ...] = (
        None, Say("合计", "total"), sum(feed.lines for feed in found),
        *(sum(feed.buckets.get(name, 0) for feed in found) for name in Bucket.values),
        sum(feed.cash_fen for feed in found),
    )  # fmt: skip
    return Figure("feeds", Say("数据来件", "Feeds"), columns, rows, foot)


def waiting_figure(found: Waiting) -> Figure:
    """Return how long it takes from a feed to the money."""
    columns = (
        Column("days", Say("从来件到到账", "from feed to money"), Unit.TEXT),
        Column("payments", Say("笔数", "payments"), Unit.COUNT),
        Column("share", Say("占比", "share"), Unit.SHARE),
    )
    names = (Say("7 天以内", "up to 7 days"), Say("8—14 天", "8 to 14"), Say("15—30 天", "15 to 30"),
             Say("31—60 天", "31 to 60"), Say("60 天以上", "over 60"))  # fmt: skip
    rows = tuple((name, count, (count, found.payments)) for name, count in zip(names, found.bands, strict=True))
    said: tuple[Say, ...] = ()
    if found.payments:
        said = (
            Say(
                f"中位数 {found.median} 天,九成不超过 {found.nine_in_ten} 天,最长 {found.longest} 天。",
                f"Median {found.median} days, nine in ten within {found.nine_in_ten}, longest {found.longest}.",
            ),
        )
    return Figure("days-to-paid", Say("发放时长", "From feed to money"), columns, rows,
                  (Say("合计", "total"), found.payments, (found.payments, found.payments)), said)  # fmt: skip


def all_figures(scope: Scope) -> list[Figure]:
    """Ask for every figure of a scope; the account of lines only where no union and no policy is asked for."""
    said = notes(scope)
    found = [totals_figure(totals(scope))]
    found += group_figures(scope, [by for by in By if by is not By.QUARTER]).values()
    if scope.union is None and scope.policy is None:
        found.append(buckets_figure(buckets(scope)))
    return [*found, waiting_figure(days_to_paid(scope)), large_figure(large(scope), said)]
