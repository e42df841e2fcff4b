"""The pages of the console, made of figures."""

from urllib.parse import urlencode

from jishiyu.apps.ledger.chart import Role
from jishiyu.apps.ledger.queries import balances, trial_balance_fen
from jishiyu.apps.payments.models import AttemptState, BatchState
from jishiyu.apps.statistics.lines import buckets, days_to_paid, feed_accounts
from jishiyu.apps.statistics.papers import batch_papers
from jishiyu.apps.statistics.queries import By, groups, large, totals
from jishiyu.apps.statistics.scope import Kind, Scope
from jishiyu.apps.subsidies.queries import EmployerCases, cases_per_employer
from jishiyu.demo.published import published
from jishiyu.engine.money import fen_to_yuan, yuan_text
from jishiyu.web.console.page import PAGE_ROWS, Card, Link, Page, said, table
from jishiyu.web.console.place import Place
from jishiyu.web.console.waiting import calls
from jishiyu.web.documents.bulletin import Bulletin, bulletin, comparison, exact_figure, sentences
from jishiyu.web.figures import build
from jishiyu.web.figures.figure import Cell, Column, Figure, Say, Unit, per_cent
from jishiyu.web.figures.labels import HEADINGS, TITLES, policy_label
from jishiyu.web.figures.money import million, wan_yuan

__all__ = ["batches", "calls", "feeds", "figures", "ledger", "one_figure", "overview"]

ROLES = {
    Role.BANK: "fund's bank account", Role.FUND: "money appropriated", Role.EXPENSE: "subsidies granted",
    Role.OWED: "owed to members", Role.IN_TRANSIT: "in transit at the bank", Role.RECOVERABLE: "to be paid back",
    Role.WRITTEN_OFF: "written off",
}  # fmt: skip
STATES = {
    AttemptState.PAID: Say("已付", "paid"), AttemptState.RETURNED: Say("退汇", "returned"),
    AttemptState.FAILED: Say("失败", "failed"), AttemptState.UNKNOWN: Say("不明", "unknown"),
    AttemptState.SENT: Say("在途", "sent"), AttemptState.IN_BATCH: Say("未送", "not sent"),
}  # fmt: skip


def overview(place: Place, language: str) -> Page:
    """Return the first page: what it comes to, in the words of the bulletin, and what waits."""
    figures = bulletin(Scope(since=place.since, until=place.until))
    waiting = cases_per_employer()
    held = _by_role()
    page = Page("overview", said(Say("职工补贴 · 概览", "Subsidies · overview"), language))
    page.lead = said(
        Say(f"数据截至 {place.as_of}(最近一次来件)。", f"Data as of {place.as_of} (the latest feed)."), language
    )
    page.cards = _cards(figures, waiting, held, language)
    page.links = [
        Link(said(Say("通报 PDF", "Bulletin (PDF)"), language), "/console/documents/bulletin.pdf"),
        Link(
            said(Say("全部统计表 Excel", "All figures (Excel)"), language),
            f"/console/documents/figures.xlsx?lang={language}",
        ),
    ]
    page.prose = sentences(figures, language)
    page.tables = [table(exact_figure(figures), language)]
    if place.compare:
        page.tables.insert(0, table(comparison(figures, published(place.compare), place.scale), language))
    return page


def _cards(figures: Bulletin, waiting: list[EmployerCases], held: dict[str, int], language: str) -> list[Card]:
    total = figures.total
    count = sum(row.cases for row in waiting)
    automatic = sum(row.person_times for row in figures.channels if row.key == ("automatic",))
    share = per_cent(automatic, total.person_times)
    days = figures.waiting

    def card(label: Say, value: str, hint: Say) -> Card:
        return Card(label(language), value, said(hint, language))

    money = wan_yuan if language == "zh" else (lambda fen: f"{million(fen_to_yuan(fen))} yuan")
    return [
        card(Say("已发放", "Paid"), money(total.fen), Say(f"{yuan_text(total.fen)} 元", f"exactly {yuan_text(total.fen)}")),
        card(Say("人次", "Person-times"), f"{total.person_times:,}", Say(f"{total.people:,} 人", f"{total.people:,} people")),
        card(Say("免申即享", "Without application"), f"{share} %" if share is not None else "—",
             Say("人次占比", "of person-times")),
        card(Say("到账用时", "Feed to money"), _days(days.median, language),
             Say(f"九成不超过 {days.nine_in_ten} 天", f"nine in ten within {days.nine_in_ten}")
             if days.payments else Say("尚无付款", "nothing paid yet")),
        card(Say("待联系事项", "Open cases"), f"{count:,}",
             Say(f"涉及 {len({row.employer for row in waiting}):,} 家单位", f"at {len({row.employer for row in waiting}):,} employers")),
        card(Say("基金账户余额", "Fund at the bank"), money(held.get(Role.BANK, 0)),
             Say(f"应付未付 {yuan_text(-held.get(Role.OWED, 0))} 元", f"owed, not paid: {yuan_text(-held.get(Role.OWED, 0))}")),
    ]  # fmt: skip


def feeds(place: Place, language: str) -> Page:
    """Return every feed with the account of its lines."""
    page = Page("feeds", said(Say("数据接收", "Feeds"), language))
    found = feed_accounts(Scope(), limit=PAGE_ROWS)
    page.lead = said(_adds_up(all(feed.adds_up for feed in found), len(found)), language)
    page.tables = [table(build.buckets_figure(buckets(Scope())), language), table(build.feeds_figure(found), language)]
    return page


def _adds_up(whole: bool, count: int) -> Say:
    if whole:
        return Say(
            f"最近 {count} 个来件的每一行都有去向,行数相符。",
            f"Every line of the latest {count} feeds is accounted for.",
        )
    return Say("有来件的行数与去向不符,请立即核查!", "Some feed does not add up: look into it at once!")


def figures(place: Place, language: str) -> Page:
    """Return the main figures; the longer ones have pages of their own."""
    scope = Scope(since=place.since, until=place.until)
    page = Page("figures", said(Say("统计", "Figures"), language))
    page.lead = said(
        Say(f"期间 {place.since} 至 {place.until}(不含),按银行确认到账计。",
            f"{place.since} to {place.until} (not included), money confirmed by the bank."), language,
    )  # fmt: skip
    page.links = [Link(TITLES[by](language), f"/console/figures/{by.value}") for by in By]
    counted = build.notes(scope)
    listed = large(scope)
    page.tables = [table(build.totals_figure(totals(scope)), language)]
    shown = (By.YEAR, By.POLICY, By.CHANNEL, By.BRACKET, By.AGE, By.SEX, By.HOSPITAL_LEVEL)
    page.tables += [table(build.group_figure(scope, by), language) for by in shown]
    page.tables.append(table(build.waiting_figure(days_to_paid(scope)), language))
    links = {
        (line, 2): "/console/documents/decision.pdf?" + urlencode({"stay": row.stay_id, "policy": row.policy})
        for line, row in enumerate(listed[:PAGE_ROWS])
    }
    page.tables.append(table(build.large_figure(listed[:PAGE_ROWS], counted), language, links))
    return page


def one_figure(place: Place, language: str, by: By, union: str | None, kind: Kind) -> Page:
    """Return one figure in full; unions lead to what is below them."""
    scope = Scope(since=place.since, until=place.until, union=union, kind=kind)
    page = Page("figures", TITLES[by](language))
    page.links = [Link(HEADINGS[other](language), f"/console/figures/{other.value}") for other in By]
    found = groups(scope, by)
    links: dict[tuple[int, int], str] = {}
    if by is By.UNION:
        other = Kind.INDUSTRY if kind is Kind.TERRITORY else Kind.TERRITORY
        words = {
            Kind.INDUSTRY: Say("改按产业", "by industry instead"),
            Kind.TERRITORY: Say("改按地区", "by territory instead"),
        }
        page.links.insert(0, Link(words[other](language), f"/console/figures/union?kind={other.value}"))
        links = {
            (line, 0): "/console/figures/union?" + urlencode({"union": row.key[0], "kind": kind.value})
            for line, row in enumerate(found) if row.key[0]
        }  # fmt: skip
    page.tables = [table(build.from_groups(found, by, build.notes(scope)), language, links)]
    return page


def batches(place: Place, language: str) -> Page:
    """Return the payment batches and what the bank answered."""
    found = batch_papers(limit=PAGE_ROWS)
    columns = (
        Column("batch", Say("批次", "batch"), Unit.TEXT),
        Column("pay_on", Say("付款日", "pay on"), Unit.DAY),
        Column("state", Say("状态", "state"), Unit.TEXT),
        Column("count", Say("笔数", "payments"), Unit.COUNT),
        Column("yuan", Say("金额(元)", "yuan"), Unit.FEN),
        *(Column(state.value, words, Unit.COUNT) for state, words in STATES.items()),
        Column("people", Say("制单 / 复核", "made / checked"), Unit.TEXT),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (str(row.batch_id), row.pay_on, Say(str(BatchState(row.state).label), row.state), row.count, row.sum_fen,
         *(row.outcomes.get(state, 0) for state in STATES), f"{row.made_by} / {row.checked_by or '—'}") for row in found
    )  # fmt: skip
    links = {(line, 0): f"/console/documents/batch/{row.batch_id}.pdf" for line, row in enumerate(found)}
    page = Page("batches", said(Say("发放", "Payments"), language))
    page.lead = said(
        Say("每个批次由一人制单、另一人复核;点批次号看清单。",
            "One person makes a batch, another checks it; the number leads to its sheet."), language,
    )  # fmt: skip
    note = Say(f"最近 {len(found)} 个批次。", f"The latest {len(found)} batches.")
    page.tables = [table(Figure("batches", Say("发放批次", "Batches"), columns, rows, None, (note,)), language, links)]
    return page


def ledger(place: Place, language: str) -> Page:
    """Return the books: each account, and that they balance."""
    found = balances()
    broken = trial_balance_fen()
    columns = (
        Column("account", Say("科目", "account"), Unit.TEXT),
        Column("policy", Say("补贴", "subsidy"), Unit.TEXT),
        Column("debit", Say("借方(元)", "debit: yuan"), Unit.FEN),
        Column("credit", Say("贷方(元)", "credit: yuan"), Unit.FEN),
        Column("balance", Say("余额(元)", "balance: yuan"), Unit.FEN),
        Column("entries", Say("分录数", "entries"), Unit.COUNT),
    )
    rows = tuple(
        (Say(str(Role(row.role).label), ROLES[Role(row.role)]), policy_label(row.policy) if row.policy else Say("—", "—"),
         row.debit_fen, -row.credit_fen, row.after_fen, row.entries) for row in found
    )  # fmt: skip
    foot = (
        Say("合计", "total"), None, sum(row.debit_fen for row in found), -sum(row.credit_fen for row in found),
        sum(row.after_fen for row in found), None,
    )  # fmt: skip
    page = Page("ledger", said(Say("账簿", "Ledger"), language))
    page.lead = said(
        Say("借贷平衡:全部分录合计为 0.00 元。", "The books balance: all postings add up to 0.00.")
        if broken == 0
        else Say(
            f"账不平!分录合计 {yuan_text(broken)} 元,请立即核查。", f"The books do not balance: {yuan_text(broken)}."
        ),
        language,
    )
    note = Say("正数为借方余额,负数为贷方余额。", "Positive balances are debits, negative ones credits.")
    page.tables = [table(Figure("ledger", Say("科目余额", "Balances"), columns, rows, foot, (note,)), language)]
    return page


def _by_role() -> dict[str, int]:
    found: dict[str, int] = {}
    for row in balances():
        found[row.role] = found.get(row.role, 0) + row.after_fen
    return found


def _days(days: int | None, language: str) -> str:
    if days is None:
        return "—"
    return f"{days} 天" if language == "zh" else f"{days} days"
