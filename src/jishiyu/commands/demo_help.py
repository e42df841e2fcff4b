"""The demo's accounts and its round of enterprise help, in a process of their own beside the months of the subsidies.

They touch other rows than the months do, and a machine of two cores does both at once. 演示:账号与助企服务,与逐月办理同时进行。
"""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Helped:
    """What came of it: accounts made and where it says how to sign in, what to say about the round, the secret of a page."""

    accounts: int
    sign_ins: Path
    said: tuple[str, ...]
    secret: str


@contextmanager
def helped_beside(*, folder: Path, seed: int, now: datetime) -> Iterator[Future[Helped]]:
    """This function will begin both in a process of their own; unions must be in. What fails there is raised by `result()`."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:
        yield beside.submit(_help, folder, seed, now)


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
