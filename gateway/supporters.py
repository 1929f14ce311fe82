"""Peer supporters: nominated, trained, certified, active, resting; and the meetings that hold them."""

from __future__ import annotations

from gateway.asking import ask, look_up
from gateway.auth import allow
from gateway.grants import known
from gateway.routing import Noun
from gateway.showing import page
from gateway.students import found_in
from shared.contracts.ids import ProgramId, SupporterId
from shared.contracts.interventions import (
    ActivateSupporter,
    CertifySupporter,
    CheckInSupporter,
    NominateSupporter,
    ProgramDetail,
    RecordSupervision,
    RecordTraining,
    ReinstateSupporter,
    RemoveSupporter,
    RetireSupporter,
    ReturnFromBreak,
    SelectSupporter,
    SupervisionView,
    SupporterDetail,
    SupporterDetailView,
    SupporterList,
    SupporterView,
    SuspendSupporter,
    TakeBreak,
)
from shared.contracts.messages import Page
from shared.contracts.schools import FoundStudents

supporters = Noun("supporters")

ONE = "/supporters/<uuid:supporter_id>"
SHOWN = "/supporters/{supporter_id}"


@supporters.get("/supporters")
@allow("supporter.list")
def listed(question: SupporterList) -> Page[SupporterView]:
    """The peer supporters within the caller's scope."""
    return ask(question)


@supporters.post("/supporters", status=201, form="/programs/{program_id}/supporters", then=SHOWN)
@allow("supporter.nominate")
def nominate(command: NominateSupporter) -> SupporterDetailView:
    """Name a student as a possible peer supporter, or hand in their own application."""
    return ask(command)


@supporters.get(ONE)
@allow("supporter.view")
def shown(question: SupporterDetail) -> SupporterDetailView:
    """One peer supporter: training, certificate, load."""
    return ask(question)


@supporters.post(f"{ONE}/select", form=SHOWN)
@allow("supporter.select")
def select(command: SelectSupporter) -> SupporterDetailView:
    """Say what came of the vetting."""
    return known(ask(command))


@supporters.post(f"{ONE}/trainings", form=SHOWN)
@allow("supporter.train")
def train(command: RecordTraining) -> SupporterDetailView:
    """Record hours of training, and the score of a red-flag scenario."""
    return ask(command)


@supporters.post(f"{ONE}/certify", form=SHOWN)
@allow("supporter.certify")
def certify(command: CertifySupporter) -> SupporterDetailView:
    """Confirm that hours, scenario and code of conduct are complete."""
    return known(ask(command))


@supporters.post(f"{ONE}/activate", form=SHOWN)
@allow("supporter.activate")
def activate(command: ActivateSupporter) -> SupporterDetailView:
    """Let a certified supporter be matched, under a named supervisor."""
    return known(ask(command))


@supporters.post(f"{ONE}/suspend", form=SHOWN)
@allow("supporter.suspend")
def suspend(command: SuspendSupporter) -> SupporterDetailView:
    """Stop a supporter's work at once."""
    return known(ask(command))


@supporters.post(f"{ONE}/reinstate", form=SHOWN)
@allow("supporter.reinstate")
def reinstate(command: ReinstateSupporter) -> SupporterDetailView:
    """Take a suspended supporter back after a review."""
    return known(ask(command))


@supporters.post(f"{ONE}/remove", form=SHOWN)
@allow("supporter.remove")
def remove(command: RemoveSupporter) -> SupporterDetailView:
    """End a suspended supporter's part after a review."""
    return known(ask(command))


@supporters.post(f"{ONE}/retire", form=SHOWN)
@allow("supporter.retire")
def retire(command: RetireSupporter) -> SupporterDetailView:
    """A supporter stops for good."""
    return known(ask(command))


@supporters.post(f"{ONE}/break", form=SHOWN)
@allow("supporter.break")
def take_break(command: TakeBreak) -> SupporterDetailView:
    """Step back for a while. Nobody asks why."""
    return known(ask(command))


@supporters.post(f"{ONE}/return", form=SHOWN)
@allow("supporter.return")
def come_back(command: ReturnFromBreak) -> SupporterDetailView:
    """Come back, after a check-in."""
    return known(ask(command))


@supporters.post(f"{ONE}/checkins", form=SHOWN)
@allow("supporter.check_in")
def check_in(command: CheckInSupporter) -> SupporterDetailView:
    """Ask a supporter how they are."""
    return ask(command)


@supporters.post("/supervision-meetings", status=201, form="/programs/{program_id}/supporters")
@allow("supervision.record")
def record_supervision(command: RecordSupervision) -> SupervisionView:
    """An advisor met their supporters."""
    return ask(command)


# --- pages ----------------------------------------------------------------------------------------------------------

@supporters.page("/programs/<uuid:program_id>/supporters")
@allow("supporter.list")
def list_page(program_id: ProgramId) -> str:
    return _list(program_id)


@supporters.pages.post("/programs/<uuid:program_id>/supporters/find")
@allow("student.search")
def find_page(program_id: ProgramId) -> str:
    """The list with the students that a search found; a name never stands in the address."""
    return _list(program_id, found_in(look_up(ProgramDetail(program_id=program_id)).school_id))


def _list(program_id: ProgramId, found: FoundStudents | None = None) -> str:
    return page(
        "supporters.html", program=ask(ProgramDetail(program_id=program_id)),
        supporters=look_up(SupporterList(program_id=program_id, limit=200)), found=found)


@supporters.page(ONE)
@allow("supporter.view")
def supporter_page(supporter_id: SupporterId) -> str:
    supporter = ask(SupporterDetail(supporter_id=supporter_id))
    return page(
        "supporter.html", supporter=supporter, program=look_up(ProgramDetail(program_id=supporter.program_id)))
