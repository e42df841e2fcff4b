"""A month of the union's work on the invented city: files in, decisions out, calls, payments, answers.

A month's files come at the beginning of the next one. The days are those of the books; moments are real.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import polars as pl

from jishiyu.apps.intake.applications import take_applications
from jishiyu.apps.intake.operations import take_feed
from jishiyu.apps.members.importing import check_roster, confirm_roster
from jishiyu.apps.orgs.operations import load_unions
from jishiyu.apps.subsidies.operations import Outcome, post_feed, redecide
from jishiyu.demo.accounts import AccountsMended, mend_accounts
from jishiyu.demo.casework import CasesWorked, work_cases
from jishiyu.demo.files import CityFiles
from jishiyu.demo.officers import CLERK, name_officers
from jishiyu.demo.paying import Clock, MonthPaid, fill_fund, pay_month
from jishiyu.demo.published import published
from jishiyu.demo.recoveries import Chase, Chased
from jishiyu.engine.problems import Problem

FEED_DAY, ACCOUNTS_DAY, CASES_DAY, PAYING_DAY = (timedelta(days=day - 1) for day in (3, 9, 12, 20))
QUARTER = 3  # months between two appropriations


@dataclass(frozen=True)
class Month:
    """What one month did. `refused` is the sentence about a file that was not taken."""

    name: str
    on: date
    lines: int
    posted: Outcome
    applied: int
    accounts: AccountsMended
    cases: CasesWorked
    paid: MonthPaid
    chased: Chased
    refused: str = ""


@dataclass
class Office:
    """The union's office: whose city, where its files go, and what it remembers from month to month."""

    city: CityFiles
    folder: Path
    clock: Clock
    chase: Chase = field(init=False)
    roster: pl.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        """Read the roster once: corrections of accounts repeat its lines."""
        self.chase = Chase(self.city.seed)
        self.roster = pl.read_csv(self.city.roster, infer_schema=False)

    @property
    def since(self) -> date:
        """Return the first day of the months in which work is done: the one after the first file's."""
        return self.city.period.first_of(1)

    @property
    def until(self) -> date:
        """Return the first day after those months."""
        return self.city.period.first_of(self.city.period.count + 1)

    def open(self) -> None:
        """This function will load the unions and name the officers."""
        load_unions(path=self.city.unions, by=CLERK, at=self.clock())
        name_officers(at=self.clock())

    def take_roster(self) -> int:
        """This function will load the roster; returns the memberships taken in."""
        found = check_roster(path=self.city.roster, as_of=self.city.period.ends, by=CLERK, at=self.clock())
        confirm_roster(import_id=found.pk, by=CLERK, at=self.clock())
        return found.new

    def work(self, month: int) -> Month:
        """This function will do the work on the files of a month of the city's period (0 = the first)."""
        name = self.city.period.name(month)
        first = self.city.period.first_of(month + 1)
        feed_on = first + FEED_DAY
        refused = self._refused(name, feed_on)
        feed = take_feed(path=self.city.feeds[name], by=CLERK, as_of=feed_on)
        posted = post_feed(feed=feed, by=CLERK, on=feed_on)
        applied = self._applications(name, feed_on)
        accounts = mend_accounts(
            roster=self.roster, folder=self.folder / "accounts", month=month, seed=self.city.seed,
            as_of=self.city.period.ends, on=first + ACCOUNTS_DAY, at=self.clock(),
        )  # fmt: skip
        cases = work_cases(seed=self.city.seed, on=first + CASES_DAY)
        on = first + PAYING_DAY
        budget = budget_fen(self.city.scale) if month % QUARTER == 0 else 0
        fill_fund(budget_fen=budget, document=f"演示拨款〔{on.year}〕{on.month}号", on=on, at=self.clock())
        paid = pay_month(month=month, seed=self.city.seed, folder=self.folder, on=on, clock=self.clock)
        chased = self.chase.month(month, on=on, at=self.clock())
        return Month(
            name=name, on=feed_on, lines=feed.line_count, posted=posted, applied=applied, accounts=accounts,
            cases=cases, paid=paid, chased=chased, refused=refused,
        )  # fmt: skip

    def _refused(self, name: str, on: date) -> str:
        """Offer the first sending of the month, if there is one: it has to be refused."""
        if name not in self.city.refused:
            return ""
        path = self.city.refused[name]
        try:
            take_feed(path=path, by=CLERK, as_of=on)
        except Problem as problem:
            return problem.say("zh")
        raise AssertionError(f"{path.name} was taken although its control totals are wrong")

    def _applications(self, name: str, on: date) -> int:
        if name not in self.city.applications:
            return 0
        path = self.city.applications[name]
        people = take_applications(path=path, by=CLERK, as_of=on)
        redecide(by=CLERK, on=on, people=people, because=f"applications {path.name}")
        return len(people)


def budget_fen(scale: Fraction) -> int:
    """This function will return a quarter's appropriation: a twelfth of three years' published money and a tenth."""
    quarter = Fraction(published().fen("money")) * scale * QUARTER / 36 * 11 / 10
    return int(quarter // 1_000_000 + 1) * 1_000_000
