"""A new version of a policy: drafted, proposed, published by a second person, in force from its first day."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from jishiyu.apps.jobs.models import Progress
from jishiyu.apps.policies.models import State, Version
from jishiyu.apps.policies.operations import drop, propose, publish, save_draft, send_back
from jishiyu.apps.policies.problems import (
    LimitNotTogether,
    OneOfSeveral,
    PublisherIsProposer,
    ReasonMissing,
    StartsBeforeFirst,
    TextOfDecisionUnknown,
    TiedNotTogether,
    VersionChangedMeanwhile,
    VersionNotOpen,
    VersionTaken,
    VersionUnknown,
)
from jishiyu.apps.policies.queries import (
    compare_versions,
    drafts_beside,
    in_force,
    policies,
    seen_of,
    text_that_decided,
    together,
    version,
)
from jishiyu.apps.subsidies.models import Decision
from jishiyu.apps.subsidies.operations import redecide
from jishiyu.engine.policy.problems import PolicyRefused, UnitsDiffer
from jishiyu.engine.policy.shelf import folder, shipped
from tests.apps.subsidies.situations import AT, check_books, enrol, load, member, newest, owed, stay

pytestmark = pytest.mark.django_db
TEXT = (folder() / "changchun" / "hospital-2020.toml").read_text(encoding="utf-8")
RULES = Path(__file__).parents[2] / "policies" / "rules"
LATER = datetime(2026, 6, 1, tzinfo=UTC)


def text(version: str = "2025-06", starts: str = "2025-06-01", **words: str) -> str:
    made = TEXT.replace('version = "2020-01"', f'version = "{version}"').replace(
        "from = 2020-01-01", f"from = {starts}"
    )
    for old, new in words.items():
        made = made.replace(old, new)
    return made


def doubled(**which: str) -> str:
    """Return a version whose first rate is 3 % in the place of 1.5 %."""
    made = text(**which)
    assert '"1.5 %"' in made
    return made.replace('"1.5 %"', '"3 %"')


def published(made: str, at: datetime = AT) -> Version:
    draft = save_draft(text=made, by="li.na", at=at)
    propose(version_id=draft.pk, because="常委会决定", by="li.na", at=at)
    return publish(version_id=draft.pk, by="wang.fang", at=at)


def test_stays_before_the_first_day_keep_the_old_rule_and_later_ones_get_the_new(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    published(doubled())
    load(tmp_path, "a", stay(1, "1", "10000.00"), stay(1, "2", "10000.00", enddate="2025-06-01"))
    assert (newest("V1").payable_fen, newest("V1").version) == (15_000, "2020-01")
    assert (newest("V2").payable_fen, newest("V2").version) == (30_000, "2025-06")
    check_books()


def test_what_was_decided_before_publication_is_decided_again_in_a_job(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    load(tmp_path, "a", stay(1, "1", "10000.00"), stay(1, "2", "10000.00", enddate="2025-06-01"))
    published(doubled())
    job = Progress.objects.get()
    assert (job.kind, job.arguments["since"]) == ("decide_changed", "2025-06-01")
    redecide(by="system", on=date(2026, 1, 1), since=date(2025, 6, 1))
    assert [(entry[0], entry[1]) for entry in owed()] == [("H1/V1", 15_000), ("H1/V2", 15_000), ("H1/V2", 15_000)]
    check_books()


def test_a_version_of_days_to_come_needs_no_job() -> None:
    published(doubled(version="2030-01", starts="2030-01-01"))
    assert not Progress.objects.exists()
    assert [entry.until for entry in policies() if entry.name == "changchun.hospital"] == [date(2030, 1, 1), None]


def test_one_person_alone_publishes_nothing() -> None:
    draft = save_draft(text=doubled(), by="li.na", at=AT)
    with pytest.raises(VersionNotOpen):
        publish(version_id=draft.pk, by="wang.fang", at=AT)
    with pytest.raises(ReasonMissing):
        propose(version_id=draft.pk, because=" ", by="li.na", at=AT)
    propose(version_id=draft.pk, because="常委会决定", by="li.na", at=AT)
    with pytest.raises(PublisherIsProposer):
        publish(version_id=draft.pk, by="li.na", at=AT)
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        Version.objects.update(state=State.PUBLISHED, published_by="li.na", published_at=AT)
    assert list(in_force().versions) == list(shipped().versions)
    assert len(in_force().versions["changchun.hospital"]) == 1


def test_a_published_version_is_never_edited() -> None:
    made = published(doubled())
    for step in (
        lambda: save_draft(text=doubled(), by="li.na", at=AT, version_id=made.pk),
        lambda: send_back(version_id=made.pk, because="改", by="li.na", at=AT),
        lambda: drop(version_id=made.pk, by="li.na", at=AT),
    ):
        with pytest.raises(VersionNotOpen):
            step()
    with pytest.raises(IntegrityError, match="a new rule is a new version"), transaction.atomic():
        Version.objects.update(text="")


def test_a_proposal_is_fixed_until_it_is_sent_back() -> None:
    draft = save_draft(text=doubled(), by="li.na", at=AT)
    propose(version_id=draft.pk, because="常委会决定", by="li.na", at=AT)
    with pytest.raises(VersionNotOpen):
        save_draft(text=text(), by="li.na", at=AT, version_id=draft.pk)
    send_back(version_id=draft.pk, because="比例有误", by="wang.fang", at=AT)
    assert save_draft(text=text(), by="li.na", at=AT, version_id=draft.pk).state == State.DRAFT
    assert drop(version_id=draft.pk, by="li.na", at=AT).state == State.DROPPED


def test_what_does_not_fit_the_shelf_is_refused() -> None:
    published(doubled())
    for made, problem in (
        (text(), VersionTaken),
        (text(version="other"), VersionTaken),
        (text(version="old", starts="2019-01-01"), StartsBeforeFirst),
    ):
        draft = save_draft(text=made, by="li.na", at=AT)
        with pytest.raises(problem):
            propose(version_id=draft.pk, because="常委会决定", by="li.na", at=AT)


def test_a_text_with_faults_is_not_kept() -> None:
    with pytest.raises(PolicyRefused, match="unknown word"):
        save_draft(text=text() + "\nfree_money = true\n", by="li.na", at=AT)
    assert not Version.objects.exists()
    with pytest.raises(VersionUnknown):
        version(version_id=0)


def test_a_table_lies_beside_its_text() -> None:
    source = folder() / "changchun"
    made = (source / "accident-2020.toml").read_text(encoding="utf-8").replace("2020-01-01", "2027-01-01", 1)
    made = made.replace('version = "2020-01"', 'version = "2027"')
    table = (source / "injuries-2020.csv").read_text(encoding="utf-8")
    with pytest.raises(PolicyRefused, match="not beside the policy"):
        save_draft(text=made, by="li.na", at=AT)
    draft = save_draft(text=made, by="li.na", at=AT, table_name="injuries-2020.csv", table_text=table)
    propose(version_id=draft.pk, because="常委会决定", by="li.na", at=AT)
    publish(version_id=draft.pk, by="wang.fang", at=AT)
    old, new = in_force().versions["changchun.accident"]
    assert [difference.key for difference in compare_versions(older=old, newer=new)] == ["from", "until"]


def test_the_very_text_that_decided_is_found_by_its_digest(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    made = published(doubled())
    load(tmp_path, "a", stay(1, "2", "10000.00", enddate="2025-06-01"))
    decision = newest("V2")
    found = text_that_decided(name=decision.policy, version=decision.version, digest=decision.policy_hash)
    assert (found.version, found.digest) == ("2025-06", made.sha256)
    with pytest.raises(TextOfDecisionUnknown):
        text_that_decided(name=decision.policy, version="2025-06", digest="0" * 64)


def test_side_by_side_says_what_differs_and_where_it_comes_from() -> None:
    published(doubled().replace("max = 60", "max = 63"))
    old, new = in_force().versions["changchun.hospital"]
    told = {difference.key: difference for difference in compare_versions(older=old, newer=new)}
    assert set(told) == {"from", "until", "require.age_out_of_range", "bracket.001"}
    first = told["bracket.001"]
    assert first.before is not None
    assert first.after is not None
    assert (first.before.value_zh, first.after.value_zh) == ("超过 5,000.00 元 1.5 %", "超过 5,000.00 元 3 %")
    assert first.after.source.startswith("工人日报")
    assert "63" in (told["require.age_out_of_range"].after or first.after).value_en


def test_a_version_tied_to_others_has_to_fit_what_is_in_force(tmp_path: Path) -> None:
    gift = (RULES / "visit-gives-way.toml").read_text(encoding="utf-8")
    for alone in (gift, (RULES / "together-hospital.toml").read_text(encoding="utf-8")):
        with pytest.raises(TiedNotTogether, match="propose both together"):
            published(alone)
    published(gift.replace("check.limit-500", "changchun.hospital"))
    enrol(tmp_path, member(1))
    load(tmp_path, "a", stay(1, "1", "10000.00"), stay(1, "2", "4000.00"))
    assert [(stay_id, fen) for stay_id, fen, _, _ in owed()] == [("H1/V1", 15_000), ("H1/V2", 50_000)]
    check_books()


def test_single_settlements_are_not_judged_beside_whole_stays() -> None:
    single = folder() / "southeast-university" / "serious-illness-2010.toml"
    with pytest.raises(UnitsDiffer):
        published(single.read_text(encoding="utf-8"))


def drafts_with_one_limit(limit: str = "20000.00", version: str = "1", starts: str = "2020-01-01") -> list[Version]:
    """Keep a draft of each of two policies that share a limit of a year."""
    made = []
    for which in ("hospital", "accident"):
        words = (RULES / f"together-{which}.toml").read_text(encoding="utf-8").replace('"20000.00"', f'"{limit}"')
        words = words.replace('version = "1"', f'version = "{version}"').replace(
            "from = 2020-01-01", f"from = {starts}"
        )
        made.append(save_draft(text=words, by="li.na", at=AT))
    return made


def proposed(*drafts: Version) -> Version:
    first, *others = drafts
    beside = {other.pk: other.sha256 for other in others}
    return propose(version_id=first.pk, because="合并限额", by="li.na", at=AT, seen=first.sha256, together=beside)


def test_policies_that_share_a_limit_are_published_in_one_step_by_two_people(tmp_path: Path) -> None:
    hospital, accident = drafts_with_one_limit(limit="600.00")
    assert drafts_beside(version_id=hospital.pk) == [(accident, True)]
    with pytest.raises(TiedNotTogether, match=r"together\.accident"):
        proposed(hospital)
    proposed(hospital, accident)
    with pytest.raises(PublisherIsProposer):
        publish(version_id=accident.pk, by="li.na", at=AT)
    publish(version_id=accident.pk, by="wang.fang", at=AT, seen=seen_of(together(version_id=accident.pk)))
    assert set(in_force().tied) == {("together.accident", "together.hospital")}
    job = Progress.objects.get()
    assert job.arguments == {
        "on": AT.date().isoformat(), "since": "2020-01-01", "because": "policy together.hospital 1, together.accident 1",
    }  # fmt: skip
    enrol(tmp_path, member(1))
    load(tmp_path, "a", stay(1, "1", "5000.00"), stay(1, "2", "5000.00"))
    paid = Decision.objects.filter(policy="together.hospital").order_by("stay_id").values_list("payable_fen", flat=True)
    assert list(paid) == [50_000, 10_000]  # 500.00 each, 600.00 a year
    check_books()


def test_a_shared_limit_changes_in_all_of_its_policies_at_once() -> None:
    publish(version_id=proposed(*drafts_with_one_limit()).pk, by="wang.fang", at=AT)
    later = {"limit": "30000.00", "version": "2", "starts": "2027-01-01"}
    hospital, accident = drafts_with_one_limit(**later)
    with pytest.raises(LimitNotTogether, match=r"version 2 of together\.hospital"):
        proposed(hospital)
    publish(version_id=proposed(accident, hospital).pk, by="wang.fang", at=AT)
    both = in_force().versions
    for name in ("together.accident", "together.hospital"):
        old, new = both[name]
        assert (old.until, old.limits[-1].amount_fen, new.limits[-1].amount_fen) == (new.starts, 2_000_000, 3_000_000)


def test_what_was_proposed_together_is_returned_together_and_not_given_up_by_halves() -> None:
    hospital, accident = drafts_with_one_limit()
    proposed(hospital, accident)
    with pytest.raises(OneOfSeveral, match=r"together\.accident 1"):
        drop(version_id=hospital.pk, by="li.na", at=AT)
    send_back(version_id=accident.pk, because="限额有误", by="wang.fang", at=AT)
    assert set(Version.objects.values_list("state", "together", "proposed_by")) == {(State.DRAFT, None, "")}
    with pytest.raises(IntegrityError, match="draft_alone"), transaction.atomic():
        Version.objects.update(together=hospital.pk)
    assert drop(version_id=hospital.pk, by="li.na", at=AT).state == State.DROPPED


def test_a_text_changed_since_one_looked_is_neither_proposed_nor_published_with_the_others() -> None:
    hospital, accident = drafts_with_one_limit()
    seen = accident.sha256
    changed = save_draft(
        text=accident.text.replace("意外补贴", "意外伤害补贴"), by="zhao.lei", at=AT, version_id=accident.pk
    )
    with pytest.raises(VersionChangedMeanwhile):
        propose(version_id=hospital.pk, because="合并", by="li.na", at=AT, together={accident.pk: seen})
    assert {state for _, state in Version.objects.values_list("pk", "state")} == {State.DRAFT}
    proposed(hospital, changed)
    with pytest.raises(VersionChangedMeanwhile):
        publish(version_id=hospital.pk, by="wang.fang", at=AT, seen=hospital.sha256)  # one of two was looked at
    assert not Version.objects.filter(state=State.PUBLISHED).exists()


def test_one_that_gives_way_is_proposed_with_the_one_that_goes_before(tmp_path: Path) -> None:
    gift = save_draft(text=(RULES / "visit-gives-way.toml").read_text(encoding="utf-8"), by="li.na", at=AT)
    visit = save_draft(text=(RULES / "whole-limit-500.toml").read_text(encoding="utf-8"), by="li.na", at=AT)
    assert dict(drafts_beside(version_id=visit.pk)) == {gift: True}
    publish(version_id=proposed(visit, gift).pk, by="wang.fang", at=AT)
    assert in_force().tied.index(("check.limit-500",)) < in_force().tied.index(("check.visit-gives-way",))
