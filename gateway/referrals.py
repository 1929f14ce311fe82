"""Tier 3 referrals: the live inbox, and every step from "I have it" to the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import g, redirect, request

from gateway.asking import ask, look_up
from gateway.auth import allow, caller
from gateway.names import join
from gateway.problems import Problem
from gateway.routing import Noun, asked, key_of
from gateway.showing import fragment, page
from gateway.staff import staff_of
from gateway.students import found_in
from shared.contracts.ids import ReferralId, SchoolId, StaffKey
from shared.contracts.interventions import ProgramList
from shared.contracts.messages import Page, View
from shared.contracts.referrals import (
    AcceptReferral,
    AcknowledgeReferral,
    CloseReferral,
    DeclineReferral,
    HoldReferral,
    LowerUrgency,
    MarkFollowUp,
    MyDayOfCounselor,
    OpenReferrals,
    RaiseUrgency,
    RecordFirstContact,
    RecordFirstService,
    ReferralDetail,
    ReferralDetailView,
    ReferralView,
    ReopenReferral,
    RerouteReferral,
    ResumeReferral,
    SubmitReferral,
    TriageReferral,
    WatchdogState,
)

referrals = Noun("referrals")

ONE = "/referrals/<uuid:referral_id>"
SHOWN = "/referrals/{referral_id}"


class TakenView(View):
    """Somebody else was first: the student is not waiting any more, and this is who has them."""

    referral_id: ReferralId
    taken: bool = True
    owner_key: StaffKey | None
    owner_name: str
    acknowledged_at: datetime | None


@referrals.get("/referrals")
@allow("referral.list")
def listed(question: OpenReferrals) -> Page[ReferralView]:
    """One part of the inbox, most urgent and longest waiting first."""
    return ask(question)


@referrals.post("/referrals", status=201, form="/referrals/new?school_id={school_id}", then=SHOWN)
@allow("referral.submit")
def submit(command: SubmitReferral) -> ReferralView:
    """Refer a student to Tier 3."""
    return ask(command)


@referrals.get(ONE)
@allow("referral.view")
def shown(question: ReferralDetail) -> ReferralDetailView:
    """Open a referral; it is written down who did, and why they may."""
    return ask(question)


@referrals.post(f"{ONE}/acknowledge")
@allow("referral.acknowledge")
def acknowledge(command: AcknowledgeReferral) -> ReferralView | TakenView:
    """Take responsibility for a referral. Whoever comes second is told who has it."""
    try:
        return ask(command)
    except Problem as refused:
        if not refused.more.get("taken"):
            raise
        return _taken(command.referral_id, refused.more)


@referrals.post(f"{ONE}/triage", form=SHOWN)
@allow("referral.triage")
def triage(command: TriageReferral) -> ReferralView:
    """Settle what it is about, how urgent it is and who owns it."""
    return ask(command)


@referrals.post(f"{ONE}/raise-urgency", form=SHOWN)
@allow("referral.raise_urgency")
def raise_urgency(command: RaiseUrgency) -> ReferralView:
    """Make it more urgent. Anyone on the staff may."""
    return ask(command)


@referrals.post(f"{ONE}/lower-urgency", form=SHOWN)
@allow("referral.lower_urgency")
def lower_urgency(command: LowerUrgency) -> ReferralView:
    """Make it less urgent. Only a credentialed counselor may."""
    return ask(command)


@referrals.post(f"{ONE}/accept", form=SHOWN)
@allow("referral.accept")
def accept(command: AcceptReferral) -> ReferralView:
    """The owner takes the student on."""
    return ask(command)


@referrals.post(f"{ONE}/decline", form=SHOWN)
@allow("referral.decline")
def decline(command: DeclineReferral) -> ReferralView:
    """Not a Tier 3 case, or not here."""
    return ask(command)


@referrals.post(f"{ONE}/reroute", form=SHOWN)
@allow("referral.reroute")
def reroute(command: RerouteReferral) -> ReferralView:
    """Give it to another person. The clocks keep running."""
    return ask(command)


@referrals.post(f"{ONE}/first-contact", form=SHOWN)
@allow("referral.first_contact")
def first_contact(command: RecordFirstContact) -> ReferralView:
    """Someone has spoken with the student."""
    return ask(command)


@referrals.post(f"{ONE}/first-service", form=SHOWN)
@allow("referral.first_service")
def first_service(command: RecordFirstService) -> ReferralView:
    """The student has received a first service."""
    return ask(command)


@referrals.post(f"{ONE}/hold", form=SHOWN)
@allow("referral.hold")
def hold(command: HoldReferral) -> ReferralView:
    """Nothing can be done until the review day."""
    return ask(command)


@referrals.post(f"{ONE}/resume", form=SHOWN)
@allow("referral.resume")
def resume(command: ResumeReferral) -> ReferralView:
    """Go on after a hold."""
    return ask(command)


@referrals.post(f"{ONE}/close", form=SHOWN)
@allow("referral.close")
def close(command: CloseReferral) -> ReferralView:
    """End it with an outcome; follow-ups are planned, or waived with a reason."""
    return ask(command)


@referrals.post(f"{ONE}/reopen", form=SHOWN)
@allow("referral.reopen")
def reopen(command: ReopenReferral) -> ReferralView:
    """The same episode goes on."""
    return ask(command)


@referrals.post(f"{ONE}/follow-ups/<int:n>/done", form=SHOWN)
@allow("referral.follow_up")
def follow_up(command: MarkFollowUp) -> ReferralView:
    """A planned follow-up was done."""
    return ask(command)


# --- pages ----------------------------------------------------------------------------------------------------------

@referrals.page("/referrals")
@allow("referral.list")
def inbox() -> str:
    """The inbox; it is the same fragment that the page fetches again whenever something changes."""
    return page("referrals.html", day=look_up(MyDayOfCounselor()), **_queue())


@referrals.page("/referrals/queue")
@allow("referral.list", background=True)
def queue() -> str:
    return fragment("_queue.html", **_queue())


def _queue() -> dict[str, Any]:
    question = asked(OpenReferrals, limit=200)
    return {
        "view": question.view, "queue": ask(question), "watchdog": look_up(WatchdogState()), "now": datetime.now(UTC)}


@referrals.page("/referrals/new")
@allow("referral.submit")
def new_page() -> str:
    return page("referral_new.html", found=None, school_id=request.args.get("school_id", ""))


@referrals.pages.post("/referrals/new/find")
@allow("referral.submit")
def find_page() -> str:
    """The form with the students that a search found; a name never stands in the address."""
    school_id = request.form.get("school_id", type=UUID)
    if school_id is None:
        raise Problem("invalid", errors=[{"pointer": "/school_id", "code": "missing", "message": "Choose a school"}])
    return page("referral_new.html", found=found_in(SchoolId(school_id)), school_id=str(school_id))


@referrals.page(ONE)
@allow("referral.view")
def referral_page(referral_id: ReferralId) -> str:
    detail = ask(ReferralDetail(referral_id=referral_id))
    school_id = detail.referral.school_id
    return page(
        "referral.html", detail=detail, referral=detail.referral, staff=staff_of(school_id), now=datetime.now(UTC),
        programs=look_up(ProgramList(school_id=school_id)) if caller().may("program.list") else Page())


@referrals.pages.post(f"{ONE}/acknowledge")
@allow("referral.acknowledge")
def acknowledge_form(referral_id: ReferralId) -> Any:
    """The row turns into who has it, never before the service has said so."""
    g.idempotency_key = key_of(request.form.get("idempotency_key"), required=True)
    answer = acknowledge(AcknowledgeReferral(referral_id=referral_id))
    if "HX-Request" not in request.headers:
        return redirect(SHOWN.format(referral_id=referral_id), 303)
    taken = isinstance(answer, TakenView)
    return fragment(
        "_acked.html", referral=None if taken else answer, referral_id=referral_id, taken=taken,
        owner=answer.owner_name if isinstance(answer, TakenView) else "", at=answer.acknowledged_at)


def _taken(referral_id: ReferralId, more: Mapping[str, Any]) -> TakenView:
    taken = TakenView.model_validate({
        "referral_id": referral_id, "owner_key": more.get("owner_key"), "owner_name": "",
        "acknowledged_at": more.get("acknowledged_at")})
    return taken.model_copy(update={"owner_name": join(taken).staff(taken.owner_key)})
