"""What a town seldom has: a merge, a death, a file on its way, a served need, links that were sent out, a passkey.

Addresses whose object is of another kind than `town.IDS` names have their parameters here, by route.
"""

import hashlib
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone
from fido2.cose import ES256
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.enterprises.models import LinkFor, Need, Participation, State
from jishiyu.apps.enterprises.operations import make_link, move_need
from jishiyu.apps.experts.models import Expert
from jishiyu.apps.jobs.models import Kind as Job
from jishiyu.apps.jobs.models import Progress
from jishiyu.apps.members.models import Membership
from jishiyu.apps.people.models import Merge
from jishiyu.apps.subsidies.corrections import merge_members
from jishiyu.apps.subsidies.heirs import DEATH
from jishiyu.apps.subsidies.models import Decision
from jishiyu.apps.visits.operations import ask_satisfaction
from tests.apps.applications.situations import ON
from tests.apps.subsidies.situations import enrol, filed_death, member

SERVED = (
    State.FORWARDED, State.CONFIRMED, State.CLASSIFIED, State.PAIRED, State.PLANNED, State.VISITED, State.DIAGNOSED, State.SERVED,
)  # fmt: skip
Parameters = dict[str, dict[str, Any]]


def seldom(folder: Path, words: str, *, need_id: int, keeper: Account, expert: Account) -> Parameters:
    """Make them with hostile words: beside the need of a round, for who has a passkey, and for who is sent out."""
    enrol(folder, member(4, name=f"丁{words}"), member(5, name=f"丁{words}"))
    one, other = (Membership.objects.get(member_no=f"M000{who}").person_id for who in (4, 5))
    merge_members(kept_id=one, merged_id=other, reason=words, by="tests", on=ON)
    job = Progress.objects.create(kind=Job.TAKE_FEED, subject=words, by="tests", queued_at=timezone.now(), arguments={})
    Expert.objects.filter(code=f"V-{need_id}").update(account=expert)
    key = Authenticator.objects.create(
        user=keeper, type="webauthn", data={"name": words[:60], "credential": _passkey()}
    )
    return {
        "/roster/merges/<int:merge_id>/undo": {"merge_id": Merge.objects.get().pk},
        "/decisions/<int:decision_id>/heir": {"decision_id": _death(folder)},
        "/feeds/files/<int:job_id>": {"job_id": job.pk},
        "/feeds/files/<int:job_id>/progress": {"job_id": job.pk},
        "/policies/<str:name>/<path:version>/table": {"name": "changchun.accident"},
        "/account/factor/passkeys/<int:pk>": {"pk": key.pk},
        "/account/factor/passkeys/<int:pk>/off": {"pk": key.pk},
        **_links(Need.objects.select_related("participation").get(pk=need_id).participation),
    }


def _passkey() -> dict[str, Any]:
    """Return what a browser answers when it makes a passkey, as it is kept."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(Aaguid.NONE, b"passkey", key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    about = AuthenticatorData.create(hashlib.sha256(b"localhost").digest(), flags, 0, credential)
    client = CollectedClientData.create(CollectedClientData.TYPE.CREATE, b"challenge", "http://localhost")
    made = AttestationObject.create("none", about, {})
    response = AuthenticatorAttestationResponse(client_data=client, attestation_object=made)
    return dict(RegistrationResponse(raw_id=b"passkey", response=response))


def _death(folder: Path) -> int:
    """Let somebody have died, and return the decision about it."""
    filed_death(folder, 4, on=ON, name="DEATH-1")
    return int(Decision.objects.get(kind=DEATH, newest=True).pk)


def _links(taking: Participation) -> Parameters:
    """Let another need of an enterprise be served, and send it the links by which it looks and answers."""
    need, at = Need.objects.filter(participation=taking).order_by("-pk")[0], timezone.now()
    for step in SERVED[[*SERVED].index(State(need.state)) + 1 if need.state in SERVED else 0 :]:
        move_need(need_id=need.pk, to=step, what=step.value, by="tests", at=at)
    asked = ask_satisfaction(participation_id=taking.pk, by="tests", at=at)
    shown = make_link(
        campaign_id=taking.campaign_id, participation_id=taking.pk, opens=LinkFor.PROGRESS, by="tests", at=at
    )
    return {
        "/satisfaction/<slug:secret>": {"secret": asked},
        "/satisfaction/<slug:secret>/<int:need_id>": {"secret": asked, "need_id": need.pk},
        "/progress/<str:secret>": {"secret": shown},
        "/progress/<str:secret>/report/<int:report_id>": {"secret": shown},
    }
