"""What the needs of a round ask for, set against what the people of the list offer."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.experts.gathering import WEEKS, gather
from jishiyu.apps.experts.queries import newest_ready
from jishiyu.apps.experts.saying import names
from jishiyu.engine.pairing.scarcity import THOUSANDTHS, supply
from jishiyu.web.experts.lists import LACKS
from jishiyu.web.language import language
from jishiyu.web.pairing.sight import round_in_sight


@dataclass(frozen=True, slots=True)
class Wish:
    """One line: a skill at a level, or a part in a team."""

    words: str
    needs: int
    wanted: int
    open: int
    able: int
    near: int
    worth: str

    @property
    def short(self) -> bool:
        """Say whether less is offered than is wanted."""
        return self.open < self.wanted


def lacks(request: HttpRequest, campaign_id: int) -> HttpResponseBase:
    """Show per skill what is wanted of it, who has it, and who lacks one level; what is short first."""
    campaign, spoken = round_in_sight(request, campaign_id), language()
    with whole():
        gathered = gather(campaign=campaign, first_on=timezone.localdate())
        ready = newest_ready(campaign_id=campaign.pk)
    known = names(monday=gathered.monday, people_too=False)
    prices = {
        (item["kind"], item["name"], item["level"]): item["price"]
        for item in ((ready.score or {}).get("scarce", ()) if ready else ())
    }  # fmt: skip
    rows = []
    for item in supply(gathered.round):
        price = prices.get((item.kind, item.name, item.level))
        worth = "" if price is None else f"{price // THOUSANDTHS}.{price % THOUSANDTHS:03d}"
        rows.append(Wish(
            known.wish(item, spoken), item.needs, item.wanted, item.open, item.able, item.near, worth
        ))  # fmt: skip
    context = {
        "campaign": campaign,
        "waiting": len(gathered.waiting),
        "weeks": WEEKS,
        "outside": len(gathered.outside),
        "fixed": len(gathered.fixed),
    }
    return LACKS.answer(request, rows, **context)
