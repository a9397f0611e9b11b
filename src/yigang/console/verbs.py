"""The words for what the audit trail names by codes: verbs, fields, kinds of objects."""

import json
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.duty.enums import Table
from yigang.foundation import money
from yigang.foundation.enums import Role
from yigang.payment.enums import Step
from yigang.people.enums import HardshipKind, PoorKind, Relation, Residence, Sex
from yigang.posts.enums import ProgrammeKind
from yigang.tenure.enums import ExitKind

VERBS: dict[str, Promise] = {
    "appraisal.give_mark": _("Gave a mark"),
    "appraisal.give_marks": _("Gave marks"),
    "appraisal.withdraw_marks": _("Withdrew marks"),
    "duty.claim": _("Took back that people of a file are not ours"),
    "duty.confirm_days": _("Confirmed days kept on paper"),
    "duty.correct_check_in": _("Corrected a check-in"),
    "duty.correct_leave": _("Corrected leave"),
    "duty.correct_work_log": _("Corrected a work log"),
    "duty.declare_complete": _("Declared a table complete"),
    "duty.disown": _("Said that people of a file are not ours"),
    "duty.enter_days": _("Entered days kept on paper"),
    "duty.enter_leave": _("Entered leave"),
    "duty.reject_days": _("Rejected days kept on paper"),
    "duty.resolve": _("Said whose rows these are"),
    "duty.take_in": _("Took evidence in"),
    "duty.withdraw": _("Withdrew evidence"),
    "exchange.apply": _("Imported a file"),
    "exchange.choose_columns": _("Chose the columns of a file"),
    "exchange.export_roster": _("Exported a roster"),
    "exchange.receive": _("Handed in a file"),
    "exchange.undo": _("Undid an import"),
    "foundation.change_scopes": _("Changed where an account works"),
    "foundation.close_user": _("Closed an account"),
    "foundation.create_user": _("Added an account"),
    "foundation.load_regions": _("Loaded regions"),
    "foundation.override_day": _("Changed a working day"),
    "foundation.reindex": _("Indexed numbers anew"),
    "foundation.reset_password": _("Gave a passing password"),
    "foundation.retire_keys": _("Retired old keys"),
    "foundation.reveal": _("Saw personal data unmasked"),
    "foundation.rotate_keys": _("Rotated keys"),
    "foundation.set_password": _("Changed the own password"),
    "foundation.sign_in": _("Signed in"),
    "foundation.sign_in_failed": _("Sign-in failed"),
    "notices.add_attachment": _("Attached a file to a notice"),
    "notices.add_photo": _("Added a photo of the posted notice"),
    "notices.answer": _("Answered an objection"),
    "notices.assign": _("Named who checks an objection"),
    "notices.close": _("Closed a notice"),
    "notices.discard_draft": _("Threw a draft away"),
    "notices.draft_notice": _("Wrote a notice"),
    "notices.object": _("Took an objection or a complaint"),
    "notices.publish": _("Published a notice"),
    "notices.recheck": _("Checked an objection again"),
    "notices.remove_attachment": _("Removed a file from a draft"),
    "notices.revise_notice": _("Rewrote a draft"),
    "notices.set_rules": _("Set the rules for notices"),
    "notices.take_down": _("Took a notice down"),
    "payment.add_late": _("Added people who came late"),
    "payment.adjust": _("Corrected a sealed month"),
    "payment.approve": _("Approved a month"),
    "payment.approve_batch": _("Approved a batch"),
    "payment.cancel_batch": _("Cancelled a batch"),
    "payment.change_budget": _("Changed a budget line"),
    "payment.create_batch": _("Made a batch"),
    "payment.create_budget_line": _("Added a budget line"),
    "payment.create_fund": _("Added a fund"),
    "payment.export_again": _("Exported a batch again"),
    "payment.export_batch": _("Exported a batch"),
    "payment.publish": _("Published a month"),
    "payment.read_return": _("Read the bank's return"),
    "payment.seal": _("Sealed a month"),
    "payment.send_back": _("Sent a month back"),
    "payment.settle": _("Computed a month"),
    "payment.submit": _("Handed a month to the county"),
    "people.add_hardship": _("Added a hardship category"),
    "people.add_kinship": _("Declared a tie to an official"),
    "people.correct_identity": _("Corrected the identity number"),
    "people.correct_person": _("Corrected the person's file"),
    "people.end_hardship": _("Ended a hardship category"),
    "people.record_death": _("Recorded the death"),
    "people.register_person": _("Registered the person"),
    "people.remove_kinship": _("Took back a tie to an official"),
    "people.save_household": _("Wrote the household"),
    "people.set_account": _("Changed the bank account"),
    "people.set_phone": _("Changed the phone number"),
    "people.set_photo": _("Put in a photo"),
    "posts.approve_request": _("Approved a request for posts"),
    "posts.attach_post": _("Led a post from a station"),
    "people.take_back_death": _("Took the death back"),
    "posts.change_head_count": _("Changed a head-count"),
    "posts.check_request": _("Checked a request for posts"),
    "posts.create_programme": _("Set up a programme"),
    "posts.refuse_request": _("Refused a request for posts"),
    "posts.save_kind": _("Wrote a post kind"),
    "posts.save_post": _("Set up a post"),
    "posts.save_quota": _("Set a quota"),
    "posts.save_request": _("Wrote a request for posts"),
    "posts.save_station": _("Wrote a service station"),
    "posts.send_request_back": _("Sent a request for posts back"),
    "posts.submit_request": _("Submitted a request for posts"),
    "recruitment.ask_hit_again": _("Asked about a hit again"),
    "recruitment.compare": _("Compared a round with registers"),
    "recruitment.decide_hit": _("Decided about a hit"),
    "recruitment.forget_register": _("Deleted the rows of a register"),
    "recruitment.load_register": _("Took a register in for comparison"),
    "recruitment.take_back_register": _("Took back a register for comparison"),
    "tenure.appoint": _("Appointed somebody"),
    "tenure.change_terms": _("Changed the terms of an appointment"),
    "tenure.attach_to_exit": _("Added a document to an exit"),
    "tenure.close_vacancy": _("Closed a vacancy"),
    "tenure.deliver_notice": _("Noted how a notice was delivered"),
    "tenure.end_appointment": _("Ended an appointment"),
    "tenure.reopen_appointment": _("Opened an appointment again"),
    "tenure.propose_exit": _("Proposed a removal"),
    "tenure.reject_exit": _("Rejected a proposed removal"),
    "tenure.report_vacancy": _("Reported a vacancy"),
    "tenure.take_back_exit": _("Took an exit back"),
}
FIELDS: dict[str, Promise] = {
    "abilities": _("needed abilities"),
    "account": _("bank account"),
    "active": _("in use"),
    "address": _("address"),
    "agreement_number": _("agreement number"),
    "aliases": _("also called"),
    "amount_fen": _("amount"),
    "answer_days": _("working days to answer an objection"),
    "asker": _("asked by"),
    "asker_name": _("asking office"),
    "bank": _("bank"),
    "birth": _("date of birth"),
    "budget_fen": _("budget"),
    "capabilities": _("capabilities"),
    "card": _("card number"),
    "category_id": _("post kind"),
    "causes": _("causes of poverty"),
    "closes": _("last day"),
    "cites": _("source"),
    "code": _("code"),
    "complaint_days": _("working days to answer a complaint"),
    "contact": _("where objections are taken in person"),
    "date": _("day"),
    "decision": _("decision"),
    "death_evidence": _("evidence of the death"),
    "death_file_id": _("paper about the death"),
    "died_on": _("died on"),
    "due_on": _("to be answered by"),
    "duties": _("duties"),
    "ends": _("last day"),
    "evidence": _("evidence"),
    "exit_kind": _("kind of exit"),
    "exit_reason": _("reason of exit"),
    "fields": _("fields"),
    "first": _("first day"),
    "fund": _("fund"),
    "head_count": _("head-count"),
    "hours": _("opening hours"),
    "household_id": _("household"),
    "identity": _("identity number"),
    "income_fen": _("income of last year"),
    "kind": _("kind"),
    "last": _("last day"),
    "mask_names": _("hide a part of each name"),
    "latitude": _("latitude"),
    "longitude": _("longitude"),
    "minutes_per_day": _("minutes a day"),
    "month": _("month"),
    "months": _("season"),
    "name": _("name"),
    "number": _("number"),
    "office": _("office"),
    "official": _("official"),
    "opens": _("first day"),
    "person_id": _("person"),
    "phone": _("phone"),
    "photo": _("photo"),
    "place": _("place of the post"),
    "places_moved": _("others who changed places"),
    "plan_end": _("daily end"),
    "plan_start": _("daily start"),
    "policy_code": _("policy"),
    "poor_kind": _("register of the poor"),
    "post_id": _("post"),
    "prefixes": _("regions"),
    "reason": _("reason"),
    "region_code": _("Region"),
    "relation": _("relation"),
    "remarks": _("remarks"),
    "residence": _("registration"),
    "role": _("role"),
    "since": _("since"),
    "starts": _("first day"),
    "state": _("state"),
    "station_id": _("station"),
    "step": _("step"),
    "title": _("title"),
    "total_fen": _("total"),
    "two_persons": _("another person publishes than the one who wrote"),
    "until": _("until"),
    "username": _("account name"),
    "value": _("points"),
    "working": _("working day"),
    "year": _("year"),
}
OBJECTS: dict[str, Promise] = {
    "people.person": _("Person"),
    "people.household": _("Household"),
    "posts.programme": _("Programme"),
    "posts.post": _("Post"),
    "posts.postkind": _("Post kind"),
    "posts.postrequest": _("Request for posts"),
    "posts.quota": _("Quota"),
    "posts.servicestation": _("Service station"),
    "recruitment.comparison": _("Comparison with registers"),
    "recruitment.comparisonhit": _("Hit in a register"),
    "recruitment.comparisonregister": _("Register for comparison"),
    "tenure.appointment": _("Appointment"),
    "tenure.exit": _("Exit"),
    "tenure.vacancy": _("Vacancy"),
    "duty.intake": _("Evidence"),
    "duty.proxyentry": _("Day kept on paper"),
    "payment.settlement": _("Month of a town"),
    "payment.bankbatch": _("Batch"),
    "notices.notice": _("Notice"),
    "notices.noticerules": _("Rules for notices"),
    "notices.objection": _("Objection"),
    "foundation.user": _("Account"),
    "foundation.calendaroverride": _("Working day"),
}


CHOICES: dict[str, type[TextChoices]] = {
    "exit_kind": ExitKind,
    "poor_kind": PoorKind,
    "relation": Relation,
    "residence": Residence,
    "role": Role,
    "sex": Sex,
    "step": Step,
    "table": Table,
}
KINDS: dict[str, type[TextChoices]] = {"people.add_hardship": HardshipKind, "posts.create_programme": ProgrammeKind}
"""What `kind` is drawn from, by verb."""


def value_in_words(verb: str, field: str, value: Any) -> str:
    """A value that an entry keeps, as people write it: choices by their labels, money in yuan, yes and no."""
    choices = KINDS.get(verb) if field == "kind" else CHOICES.get(field)
    if choices and value in choices.values:
        return str(choices(value).label)
    if isinstance(value, bool):
        return _now("Yes") if value else _now("No")
    if field.endswith("_fen") and isinstance(value, int):
        return money.show(value)
    if isinstance(value, list):
        return "、".join(said(f"field.{one}") if isinstance(one, str) else compact(one) for one in value)
    return "" if value is None else str(value) if isinstance(value, str | int | float) else compact(value)


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def said(code: str) -> str:
    """A verb, `field.<name>` or kind of object in words; a code that has none as it is."""
    words = (
        FIELDS.get(code.removeprefix("field.")) if code.startswith("field.") else VERBS.get(code) or OBJECTS.get(code)
    )
    return str(words) if words else code.removeprefix("field.")
