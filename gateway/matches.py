"""Matches: a student and a peer supporter, put together by a person and with everyone's consent."""

from __future__ import annotations

from gateway.asking import ask, look_up
from gateway.auth import allow, caller
from gateway.routing import Noun
from gateway.showing import page
from gateway.students import found_in
from shared.contracts.ids import MatchId, ProgramId
from shared.contracts.interventions import (
    ActivateMatch,
    CompleteMatch,
    ConsentToMatch,
    EndMatch,
    MatchDetail,
    MatchDetailView,
    MatchList,
    MatchSuggestions,
    MatchView,
    PauseMatch,
    ProgramDetail,
    ProposeMatch,
    RequestMatch,
    ResumeMatch,
    ScheduleSession,
    SessionView,
    SuggestionsView,
)
from shared.contracts.messages import Page
from shared.contracts.schools import Consents, ConsentView, FoundStudents

matches = Noun("matches")

ONE = "/matches/<uuid:match_id>"
SHOWN = "/matches/{match_id}"


@matches.get("/matches")
@allow("match.list")
def listed(question: MatchList) -> Page[MatchView]:
    """The matches within the caller's scope."""
    return ask(question)


@matches.post("/matches", status=201, form="/programs/{program_id}/matches", then=SHOWN)
@allow("match.request")
def request_match(command: RequestMatch) -> MatchDetailView:
    """Ask for a peer supporter for a student or a small group."""
    return ask(command)


@matches.get(ONE)
@allow("match.view")
def shown(question: MatchDetail) -> MatchDetailView:
    """One match with its sessions, and whose yes it waits for."""
    return ask(question)


@matches.get(f"{ONE}/suggestions")
@allow("match.suggest")
def suggestions(question: MatchSuggestions) -> SuggestionsView:
    """Who could support this student, ranked, with the constraints that fail."""
    return ask(question)


@matches.post(f"{ONE}/propose", form=SHOWN)
@allow("match.propose")
def propose(command: ProposeMatch) -> MatchDetailView:
    """Pick the supporter; every constraint is checked again."""
    return ask(command)


@matches.post(f"{ONE}/consent", form=SHOWN)
@allow("match.consent")
def consent(command: ConsentToMatch) -> MatchDetailView:
    """The supporter or the participant says yes or no."""
    return ask(command)


@matches.post(f"{ONE}/activate", form=SHOWN)
@allow("match.activate")
def activate(command: ActivateMatch) -> MatchDetailView:
    """Let the two begin."""
    return ask(command)


@matches.post(f"{ONE}/pause", form=SHOWN)
@allow("match.pause")
def pause(command: PauseMatch) -> MatchDetailView:
    """Let a match rest."""
    return ask(command)


@matches.post(f"{ONE}/resume", form=SHOWN)
@allow("match.resume")
def resume(command: ResumeMatch) -> MatchDetailView:
    """Let a resting match go on."""
    return ask(command)


@matches.post(f"{ONE}/complete", form=SHOWN)
@allow("match.complete")
def complete(command: CompleteMatch) -> MatchDetailView:
    """The plan was carried out."""
    return ask(command)


@matches.post(f"{ONE}/end", form=SHOWN)
@allow("match.end")
def end(command: EndMatch) -> MatchDetailView:
    """The match ends before its plan was carried out."""
    return ask(command)


@matches.post(f"{ONE}/sessions", status=201, form=SHOWN)
@allow("session.schedule")
def schedule(command: ScheduleSession) -> SessionView:
    """Plan the next meeting."""
    return ask(command)


# --- pages ----------------------------------------------------------------------------------------------------------

@matches.page("/programs/<uuid:program_id>/matches")
@allow("match.list")
def list_page(program_id: ProgramId) -> str:
    return _list(program_id)


@matches.pages.post("/programs/<uuid:program_id>/matches/find")
@allow("student.search")
def find_page(program_id: ProgramId) -> str:
    """The list with the students that a search found; a name never stands in the address."""
    return _list(program_id, found_in(look_up(ProgramDetail(program_id=program_id)).school_id))


def _list(program_id: ProgramId, found: FoundStudents | None = None) -> str:
    return page(
        "matches.html", program=ask(ProgramDetail(program_id=program_id)),
        matches=look_up(MatchList(program_id=program_id, limit=200)), found=found)


@matches.page(ONE)
@allow("match.view")
def match_page(match_id: MatchId) -> str:
    me, match = caller(), ask(MatchDetail(match_id=match_id))
    choosing = "propose" in match.allowed and me.may("match.suggest")
    return page(
        "match.html", match=match, program=look_up(ProgramDetail(program_id=match.program_id)),
        suggestions=look_up(MatchSuggestions(match_id=match_id)) if choosing else None,
        consents=_consents(match) if me.may("consent.list") else ())


def _consents(match: MatchDetailView) -> tuple[ConsentView, ...]:
    """What was said about taking part, by or for those who take part."""
    return tuple(
        said for key in match.participant_keys
        for said in look_up(Consents(student_key=key, program_id=match.program_id)).items)
