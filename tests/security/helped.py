"""A round of help of each branch, hostile in every word: whoever looks must not see the other one's."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.enterprises.models import Attachment, Campaign, LinkFor, ServiceItem
from jishiyu.apps.enterprises.operations import (
    Brought,
    Given,
    classify_need,
    confirm_need,
    enrol_enterprise,
    forward_need,
    hand_in,
    make_link,
    open_campaign,
)
from jishiyu.apps.enterprises.states import Level
from jishiyu.apps.orgs.models import Union
from jishiyu.engine.help.campaign import shipped
from tests.apps.applications.situations import picture
from tests.security.paired import paired


def help_round(union: str, words: str, *, steward: Account | None = None) -> dict[str, Any]:
    """Make a round led by a union, one enterprise of it with a classified need, a file and a link; return their ids."""
    begins, now = timezone.localdate() - timedelta(days=3), timezone.now()
    for level in (2, 3):
        Union.objects.get_or_create(code=f"{union}-{level}", defaults={"name": words, "kind": "grassroots"})
    definition = shipped()["power-1"].read_text(encoding="utf-8")
    made = open_campaign(
        definition=definition, network={union: 1, f"{union}-2": 2, f"{union}-3": 3}, code=f"round-{union.lower()}",
        begins_on=begins, by="tests", at=now,
    )  # fmt: skip
    Campaign.objects.filter(pk=made.pk).update(zh=words, en=words, area=words)
    taking = enrol_enterprise(
        campaign_id=made.pk, name=words[:100], code=f"E-{union}", union_code=union, by="tests", at=now,
        facts={"trade": words, "address": words}, contact={"name": words, "mobile": "13900002222"},
        steward=steward.name if steward else "",
    )  # fmt: skip
    photo = Brought(name=words, chunks=[picture(union)])
    given = [Given(words=words, wished=words, files=[photo]), Given(words=f"{words} 谐波")]
    need = hand_in(participation_id=taking.pk, needs=given, once="x" * 16, source="web", by="tests", at=now).needs[0]
    if steward is not None:
        forward_need(need_id=need.pk, to_level=Level.SERVING, by="tests", at=now)
        confirm_need(need_id=need.pk, by="tests", at=now)
        item = ServiceItem.objects.get(aim__campaign=made, code="power-quality")
        classify_need(
            need_id=need.pk,
            item_id=item.pk,
            wanted=item.skills,
            halfdays=1,
            priority=3,
            by="tests",
            at=now,
            sentence=words,
        )
    secret = make_link(campaign_id=made.pk, participation_id=taking.pk, opens=LinkFor.HAND_IN, by="tests", at=now)
    return {
        "campaign_id": made.pk, "participation_id": taking.pk, "need_id": need.pk, "secret": secret,
        "link_id": made.links.latest("id").pk, "file_id": Attachment.objects.get(need=need).pk,
        **paired(union, words, need),
    }  # fmt: skip


HELPERS = (Role.ORGANISER, Role.STEWARD, Role.ENTERPRISE)
