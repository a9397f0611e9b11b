"""The words for what the audit trail names by codes: verbs and values; fields and objects are in `audit_words`."""

import json
import re
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console.audit_words import FIELDS, OBJECTS
from yigang.duty.enums import Table
from yigang.foundation import money
from yigang.foundation.enums import Role
from yigang.payment.enums import Step
from yigang.people.enums import HardshipKind, PoorKind, Relation, Residence, Sex
from yigang.posts.enums import ProgrammeKind
from yigang.tenure.enums import Delivery, ExitKind

VERBS: dict[str, Promise] = {
    "appraisal.give_mark": _("Gave a mark"),
    "appraisal.give_marks": _("Gave marks"),
    "appraisal.withdraw_marks": _("Withdrew marks"),
    "appraisal.give_points": _("Gave people points"),
    "appraisal.take_back_points": _("Took back points of people"),
    "appraisal.bind": _("Bound somebody to a unit"),
    "appraisal.close_period": _("Closed a quarter or a year"),
    "appraisal.close_ranking": _("Closed a ranking"),
    "appraisal.draw_up_units": _("Drew up the list of units"),
    "appraisal.give_unit_points": _("Gave units their points"),
    "appraisal.leave_off_unit": _("Took a unit off the list, or put it back"),
    "appraisal.reopen_period": _("Reopened a quarter or a year"),
    "appraisal.say_own_task": _("Said whether an own task was done"),
    "appraisal.take_back_ranking": _("Took back a ranking"),
    "appraisal.unbind": _("Ended somebody's being bound to a unit"),
    "duty.answer_flag": _("Answered a question about evidence"),
    "duty.find_flags": _("Found questions about evidence"),
    "duty.reopen_flag": _("Opened a question about evidence again"),
    "duty.admit_device": _("Signed in on a phone"),
    "duty.claim": _("Took back that people of a file are not ours"),
    "duty.confirm_days": _("Confirmed days kept on paper"),
    "duty.correct_check_in": _("Corrected a check-in"),
    "duty.correct_leave": _("Corrected leave"),
    "duty.correct_work_log": _("Corrected a work log"),
    "duty.declare_complete": _("Declared a table complete"),
    "duty.answer_late": _("Answered a record that came late for a sealed month"),
    "duty.answer_change": _("Answered late points of a sealed month"),
    "duty.disown": _("Said that people of a file are not ours"),
    "duty.end_place": _("Ended an area, key point or route"),
    "duty.enter_days": _("Entered days kept on paper"),
    "duty.enter_leave": _("Entered leave"),
    "duty.forget_place": _("Took back an area, key point or route"),
    "duty.hand_in_track": _("Handed in a track for somebody"),
    "duty.end_login": _("Signed a person out of a phone"),
    "duty.issue_code": _("Gave a code for the phone"),
    "duty.set_phone_password": _("Set the own password on the phone"),
    "duty.sign_in_failed": _("Sign-in on the phone failed"),
    "duty.sign_out": _("Signed out on the phone"),
    "duty.count_aside": _("Counted a phone's refused record after all"),
    "duty.note_aside": _("Looked into a phone's record that does not count"),
    "duty.withhold": _("Withheld what a late withdrawal of consent reaches back to"),
    "duty.reject_days": _("Rejected days kept on paper"),
    "duty.resolve": _("Said whose rows these are"),
    "duty.revoke_device": _("Revoked a phone"),
    "duty.set_place": _("Set an area, key point or route"),
    "duty.take_in": _("Took evidence in"),
    "duty.withdraw": _("Withdrew evidence"),
    "duty.withdraw_patrol": _("Withdrew a patrol"),
    "exchange.apply": _("Imported a file"),
    "exchange.begin_pull": _("Began to fetch attendance"),
    "exchange.change_source": _("Changed a source of attendance"),
    "exchange.choose_columns": _("Chose the columns of a file"),
    "exchange.close_source": _("Closed a source of attendance"),
    "exchange.connect_source": _("Connected a source of attendance"),
    "exchange.export_roster": _("Exported a roster"),
    "exchange.finish_pull": _("Fetched attendance"),
    "exchange.receive": _("Handed in a file"),
    "exchange.register_tracker": _("Registered a tracker"),
    "exchange.renew_tracker_secret": _("Gave a tracker a new secret"),
    "exchange.revoke_tracker": _("Took a tracker out of use"),
    "exchange.try_source": _("Tested a source of attendance"),
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
    "duty.ask_leave": _("Asked for leave"),
    "duty.decide_leave": _("Decided about leave"),
    "duty.cancel_leave": _("Cancelled leave"),
    "duty.report_return": _("Reported the return from leave"),
    "duty.pair": _("Paired a helper with a household"),
    "duty.end_pairing": _("Ended a pairing"),
    "duty.take_back_pairings": _("Took back a table of pairings"),
    "duty.enter_visit": _("Entered a visit"),
    "duty.withdraw_visit": _("Took back a visit"),
    "duty.report_incident": _("Reported an incident"),
    "duty.handle_incident": _("Handled an incident"),
    "duty.close_incident": _("Closed an incident"),
    "duty.report_result": _("Entered a work result"),
    "duty.withdraw_result": _("Took back a work result"),
    "notices.draft_notice": _("Wrote a notice"),
    "notices.object": _("Took an objection or a complaint"),
    "notices.publish": _("Published a notice"),
    "notices.read_attachment": _("Read what a file of a notice shows"),
    "notices.recheck": _("Checked an objection again"),
    "notices.remove_attachment": _("Removed a file from a draft"),
    "notices.revise_notice": _("Rewrote a draft"),
    "notices.set_rules": _("Set the rules for notices"),
    "notices.take_down": _("Took a notice down"),
    "oversight.admit_phone": _("Signed in on a telephone for visit sheets"),
    "oversight.begin": _("Began a visit"),
    "oversight.close_point": _("Accepted what was put right"),
    "oversight.decide_consequence": _("Decided about a consequence"),
    "oversight.draw_week": _("Drew the week's inspections"),
    "oversight.end_phone": _("Signed a telephone for visit sheets out"),
    "oversight.hand_in_sheet": _("Handed in a visit sheet"),
    "oversight.hear": _("Read of a consequence on the phone"),
    "oversight.note_answer": _("Noted a person's answer"),
    "oversight.open_points": _("Entered points to be put right"),
    "oversight.order_recall": _("Ordered a recall"),
    "oversight.propose": _("Proposed consequences"),
    "oversight.put_right": _("Reported a point as put right"),
    "oversight.record_interview": _("Recorded an interview"),
    "oversight.remind_point": _("Brought a point to its owner's mind"),
    "oversight.reopen_point": _("Opened a closed point again"),
    "oversight.reveal": _("Laid a draw open"),
    "oversight.send_back": _("Sent a point back"),
    "oversight.take_back_points": _("Took back a list of points"),
    "oversight.tell": _("Told a person of a consequence"),
    "payment.add_asset": _("Added a village asset"),
    "payment.book_batch_on_assets": _("Entered a batch into the allocation ledger"),
    "payment.record_asset_income": _("Recorded an income of an asset"),
    "payment.reverse_allocation": _("Reversed an entry of the allocation ledger"),
    "payment.spend_asset_income": _("Entered a spending of asset income"),
    "payment.take_back_asset_income": _("Took back an income of an asset"),
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
    "people.accept_change": _("Accepted what the register says"),
    "people.attach_evidence": _("Put evidence on file"),
    "people.keep_change": _("Kept the file as it was"),
    "people.load_register": _("Loaded a register"),
    "people.review_register": _("Decided differences of a register"),
    "people.save_list": _("Wrote a list's rule"),
    "people.unload_register": _("Took a register back"),
    "people.add_hardship": _("Added a hardship category"),
    "people.add_kinship": _("Declared a tie to an official"),
    "people.correct_identity": _("Corrected the identity number"),
    "people.correct_person": _("Corrected the person's file"),
    "people.end_hardship": _("Ended a hardship category"),
    "people.note_consent": _("Noted a consent given on paper"),
    "people.record_death": _("Recorded the death"),
    "people.register_person": _("Registered the person"),
    "people.remove_kinship": _("Took back a tie to an official"),
    "people.save_household": _("Wrote the household"),
    "people.remove_centre": _("Took back where the village lies"),
    "people.set_centre": _("Set where the village lies"),
    "people.set_home": _("Set where the household lives"),
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
    "recruitment.sign_agreements": _("Kept signed copies of many agreements"),
    "recruitment.ask_hit_again": _("Asked about a hit again"),
    "recruitment.compare": _("Compared a round with registers"),
    "recruitment.decide_hit": _("Decided about a hit"),
    "recruitment.forget_register": _("Deleted the rows of a register"),
    "recruitment.load_register": _("Took a register in for comparison"),
    "recruitment.take_back_register": _("Took back a register for comparison"),
    "recruitment.apply": _("Took an application"),
    "recruitment.attach": _("Attached a document to a round"),
    "recruitment.cancel_round": _("Gave a round up"),
    "recruitment.close_step": _("Closed a step of a round"),
    "recruitment.decide": _("Decided about an applicant"),
    "recruitment.take_back": _("Took back a decision about an applicant"),
    "recruitment.decide_by_clauses": _("Decided clear cases by the clauses"),
    "recruitment.declare_tie": _("Stood aside about an applicant"),
    "recruitment.give_marks": _("Marked an applicant"),
    "recruitment.draft_agreement": _("Made an applicant's agreement"),
    "recruitment.forget_offered": _("Let go of a scan of an agreement that nobody ticked"),
    "recruitment.sign_agreement": _("Filed an applicant's signed agreement"),
    "recruitment.give_seat": _("Said who signs for an office"),
    "recruitment.go_back": _("Went back in a round"),
    "recruitment.hire": _("Hired an applicant"),
    "recruitment.open_round": _("Opened a round"),
    "recruitment.open_step": _("Opened a step of a round"),
    "recruitment.rank": _("Ranked the applicants"),
    "recruitment.record_peer_review": _("Entered a village's vote"),
    "recruitment.run_eligibility": _("Judged the clauses"),
    "recruitment.settle_publicity": _("Let pass who had no objection"),
    "recruitment.sign": _("Signed for an office"),
    "recruitment.withdraw": _("Withdrew an application"),
    "recruitment.match": _("Matched people with posts"),
    "recruitment.accept_proposal": _("Accepted a proposal of the matching"),
    "recruitment.reject_proposal": _("Rejected a proposal of the matching"),
    "recruitment.renew_pool": _("Renewed the reserve pool"),
    "recruitment.propose_replacement": _("Proposed somebody for a vacancy"),
    "recruitment.confirm_replacement": _("Confirmed who fills a vacancy"),
    "recruitment.reject_replacement": _("Rejected a proposal for a vacancy"),
    "recruitment.take_back_replacement": _("Took back a proposal for a vacancy"),
    "tenure.appoint": _("Appointed somebody"),
    "tenure.attach_to_exit": _("Added a document to an exit"),
    "tenure.change_terms": _("Changed the terms of an appointment"),
    "tenure.close_vacancy": _("Closed a vacancy"),
    "tenure.decide_move": _("Decided a move of a rotation"),
    "tenure.decide_renewal": _("Decided a renewal"),
    "tenure.deliver_notice": _("Noted how a notice was delivered"),
    "tenure.end_appointment": _("Ended an appointment"),
    "tenure.end_team": _("Withdrew a team"),
    "tenure.form_team": _("Formed a team"),
    "tenure.give_out": _("Gave things out"),
    "tenure.issue_letter": _("Issued a duty letter"),
    "tenure.join_team": _("Added a member to a team"),
    "tenure.leave_team": _("Took a member out of a team"),
    "tenure.open_renewal": _("Opened a renewal round"),
    "tenure.open_rotation": _("Opened a rotation round"),
    "tenure.make_agreement": _("Made an agreement"),
    "tenure.put_template": _("Put in a template of agreements"),
    "tenure.prepare_agreement": _("Numbered an agreement"),
    "tenure.propose_exit": _("Proposed a removal"),
    "tenure.propose_moves": _("Proposed moves of a rotation"),
    "tenure.record_certificate": _("Recorded a certificate"),
    "tenure.record_need": _("Recorded a village's need"),
    "tenure.record_wish": _("Recorded a wish"),
    "tenure.reject_exit": _("Rejected a proposed removal"),
    "tenure.renew": _("Renewed an appointment"),
    "tenure.reopen_appointment": _("Opened an appointment again"),
    "tenure.record_provisions": _("Took in a table of insurance and gear"),
    "tenure.take_back_provisions": _("Took back a table of insurance and gear"),
    "appraisal.record_year_results": _("Recorded results of the year"),
    "appraisal.take_back_year_results": _("Took back results of the year"),
    "tenure.propose_again": _("Asked the policy again about renewals"),
    "tenure.reopen_vacancy": _("Opened a vacancy again"),
    "tenure.report_vacancy": _("Reported a vacancy"),
    "tenure.save_unit": _("Wrote a sending unit"),
    "tenure.sign_agreement": _("Filed a signed agreement"),
    "tenure.sign_letter": _("Noted a signed duty letter"),
    "tenure.take_back_exit": _("Took an exit back"),
    "training.add_course": _("Added a course"),
    "training.add_material": _("Added something to read"),
    "training.add_questions": _("Added questions to the bank"),
    "training.cancel_session": _("Cancelled a session"),
    "training.close_remedial": _("Closed training to be made up"),
    "training.close_session": _("Closed the sign-in of a session"),
    "training.enter_list": _("Entered who came to a session"),
    "training.enter_scores": _("Entered tests written on paper"),
    "training.hand_in_proof": _("Handed in proof of training made up"),
    "training.hold_contest": _("Held a contest"),
    "training.illustrate": _("Gave a question its picture"),
    "training.make_plan": _("Made a training plan"),
    "training.open_remedial": _("Had training made up"),
    "training.plan_session": _("Planned a session"),
    "training.release": _("Let a test go on on another phone"),
    "training.retire_material": _("Took something to read out of use"),
    "training.retire_questions": _("Took questions out of use"),
    "training.send_back_proof": _("Sent proof of training back"),
    "training.set_paper": _("Drew a paper"),
    "training.set_terrain": _("Said on what land villages lie"),
    "training.void": _("Declared a test void"),
    "training.withdraw_attendance": _("Withdrew an attendance"),
    "tenure.transfer": _("Moved somebody to another post"),
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
"""How the trail keeps a moment."""
CHOICES: dict[str, type[TextChoices]] = {
    "exit_kind": ExitKind,
    "how": Delivery,
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


def value_in_words(verb: str, field: str, value: Any, *, of: str = "") -> str:
    """A value that an entry keeps, as people write it: choices by their labels, money in yuan, yes and no.

    `of` is the kind of object the entry is about; its own choices are known by it.
    """
    choices = KINDS.get(verb) if field == "kind" else CHOICES.get(field)
    labels = dict(choices.choices) if choices else _labels(of, field)
    if isinstance(value, str) and value in labels:
        return str(labels[value])
    if isinstance(value, bool):
        return _now("Yes") if value else _now("No")
    if field.endswith("_fen") and isinstance(value, int):
        return money.show(value)
    if isinstance(value, list):
        return "、".join(said(f"field.{one}") if isinstance(one, str) else compact(one) for one in value)
    if isinstance(value, str) and MOMENT.match(value):
        return f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
    return "" if value is None else str(value) if isinstance(value, str | int | float) else compact(value)


def _labels(of: str, field: str) -> dict[Any, Any]:
    """The choices of a model's field; none when there is no such model or field."""
    try:
        found = apps.get_model(of)._meta.get_field(field)
    except (LookupError, ValueError, FieldDoesNotExist):
        return {}
    return dict(getattr(found, "flatchoices", ()))


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def said(code: str) -> str:
    """A verb, `field.<name>` or kind of object in words; a code that has none as it is."""
    words = (
        FIELDS.get(code.removeprefix("field.")) if code.startswith("field.") else VERBS.get(code) or OBJECTS.get(code)
    )
    return str(words) if words else code.removeprefix("field.")
