"""Every action of the trail by what it does to its record; a test compares this with every call of `record`.

What changes something that is on record already says what was there before and what is there now (`changes=` of
`record`). What is sensitive stands there as a trace: masked, with the beginning of its keyed hash.
"""

CHANGES = frozenset({
    "action.done", "campaign.closed", "visit.done", "visit.moved", "visit.planned",
    "accounts.close", "accounts.declare", "accounts.grant", "accounts.lock", "accounts.reset_second_factor", "accounts.revoke",
    "accounts.set_password", "accounts.unlock", "application.*", "case.approved", "case.handed_over", "case.moved",
    "case.round", "complaint.answered", "feed.posted", "feed.taken_back", "heir.named", "membership.household", "membership.leave", "membership.service",
    "membership.transfer", "payments.approve", "payments.ask_back", "payments.cancel", "payments.close",
    "payments.end_signatory", "payments.name_signatory", "payments.release", "payments.release_corrected",
    "payments.repaid", "payments.send", "payments.write_file", "payments.write_off", "people.correct_name",
    "people.correct_number", "people.merge", "people.set_contact", "people.undo_merge", "policy.draft", "policy.*",
    "roster.*", "settings.change", "settings.outside", "workdays.entered", "tokens.collect", "tokens.end", "union.change", "union.close", "union.set_parent",
    "api.end_push", "api.give_push_up", "application.withdrawn", "need.*", "enterprise.described",
    "participation.steward", "link.withdrawn", "experts.change", "experts.confirm", "experts.end", "experts.skills",
    "experts.times", "pairing.accept", "pairing.change", "pairing.pin", "pairing.release", "visits.cancel",
})  # fmt: skip
# What begins: nothing was there before, and the details say what is there now.
BEGINS = frozenset({
    "action.added", "calendar.opened", "satisfaction.said", "visit.noted", "visit.report_drafted",
    "visit.report_released",
    "accounts.create", "application.paper_added", "api.begin_push", "api.push", "api.push_roster", "application.drafted",
    "applications.stored", "case.no_data", "case.proposed", "complaint.filed", "feed.stored",
    "keys.next", "ledger.appropriate", "membership.join", "payments.prepare", "payments.propose_write_off",
    "payments.read_result", "people.add", "attachment.added", "campaign.opened", "enterprise.entered", "link.made",
    "need.handed_in", "participation.enrolled", "people.add_certificate", "people.not_same", "tokens.issue", "union.add",
    "experts.admit", "pairing.ready", "pairing.start", "pairing.stop", "visits.make", "laboratory.kept", "laboratory.measured",
})  # fmt: skip
# What ends a thing that was begun and leaves nothing in its place.
ENDS = frozenset(
    {"application.paper_removed", "calendar.closed", "case.proposal_dropped", "file.closed", "papers.orphans_removed"}
)  # the details say what it was
# What only looks, or takes something out of the house.
LOOKS = frozenset({
    "access.refused", "accounts.sign_in_failed", "accounts.sign_ins_refused", "application.paper_opened",
    "application.read_in_full", "calls.sheet_in_full",
    "accounts.sign_in", "audit.broken", "audit.verify", "download", "export", "notices.reveal", "people.reveal",
    "settings.test_notice", "attachment.opened", "enterprise.contact_read",
})  # fmt: skip
# Whole files and rosters decided at once: counts here, every single difference in the tables that are only appended to.
WHOLE = frozenset({"people.decided_again", "unions.load", "experts.import"})
