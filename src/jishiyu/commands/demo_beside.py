"""What the demo does in a process of its own beside the subsidies: it invents the city while the tables are made, and plays
accounts and a round of enterprise help while the roster is taken in and the months are worked through.

They touch other rows, and a machine of two cores does both at once. 演示:虚构城市、账号与助企服务,与补贴各步同时进行。
"""

import time
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from jishiyu.demo.files import CityFiles


@dataclass(frozen=True, slots=True)
class Helped:
    """What came of it: accounts made and where it says how to sign in, what to say about the round, the secret of a page."""

    accounts: int
    sign_ins: Path
    said: tuple[str, ...]
    secret: str


class Beside:
    """A process of its own: what is begun in it is done one after the other, and what fails there is raised by `result()`."""

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def invent(self, *, under: Path, scale: Fraction, seed: int, months: int, anew: bool) -> "Future[CityFiles]":
        """This function will begin to invent the city's files; needs no database."""
        return self._pool.submit(_invent, under, scale, seed, months, anew)

    def help(self, *, folder: Path, seed: int, now: datetime) -> Future[Helped]:
        """This function will begin the accounts and the round of help; unions and officers must be in."""
        return self._pool.submit(_help, folder, seed, now)


def _invent(under: Path, scale: Fraction, seed: int, months: int, anew: bool) -> "CityFiles":
    from jishiyu.demo.files import city_files

    return city_files(under=under, scale=scale, seed=seed, months=months, anew=anew)


def _help(folder: Path, seed: int, now: datetime) -> Helped:
    from jishiyu.conf.start import load

    load()
    accounts, sign_ins = _open_accounts(folder, now)
    said, secret = _play(seed, now)
    return Helped(accounts, sign_ins, tuple(said), secret)


def _open_accounts(folder: Path, now: datetime) -> tuple[int, Path]:
    """Create an account per role; return how many, and the file that says how to sign in."""
    from jishiyu.demo.round import begins_on
    from jishiyu.demo.round_people import home_of_the_enterprise_account
    from jishiyu.demo.sign_ins import FILE, open_accounts

    made = open_accounts(
        folder=folder,
        on=now.date(),
        at=now,
        enterprise=home_of_the_enterprise_account(),
        helps_since=begins_on(now),
    )
    return len(made), folder / FILE


def _play(seed: int, now: datetime) -> tuple[list[str], str]:
    """Play a round of enterprise help; return in both languages what came of it, and the secret of a page."""
    from jishiyu.apps.enterprises.boards import Asked
    from jishiyu.apps.enterprises.models import Participation
    from jishiyu.demo.round import play_round
    from jishiyu.web.boards.words import STATES
    from jishiyu.web.documents.round_bulletin import round_bulletin, sentences
    from jishiyu.web.reports.paper import released_pdf

    started = time.monotonic()
    played = play_round(seed=seed, now=now, paper=lambda report, at: released_pdf(report, by=report.made_by, at=at))
    took = time.monotonic() - started
    asked = Asked(campaign=played.campaign, participations=Participation.objects.all())
    found = round_bulletin(asked, until=played.until.date())
    said = [
        f"六、助企服务:{played.campaign.zh}({played.campaign.area};企业、人员、诉求均为虚构)",
        f"  企业 {played.enterprises} 家,需求 {played.needs} 项,专属管家、劳模工匠、工会干部 {played.people} 人;"
        f"配对方案 {played.proposals} 个,上门勘查 {played.visits} 次,签发报告 {played.reports} 份({took:.0f} 秒)",
        "  需求状态:" + ";".join(f"{STATES[state].zh} {count}" for state, count in played.states.items()),
        *(f"  {sentence}" for language in ("zh", "en") for sentence in sentences(found, language)),
    ]
    return said, played.secret
