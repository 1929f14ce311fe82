"""What referrals keeps of others' words, and what it offers so that others' copies of its own can mend."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from datetime import date
from functools import reduce
from operator import xor
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.referrals.background import handlers as background
from services.referrals.clocks import handlers as clocks
from services.referrals.concerns import handlers as concerns
from services.referrals.duty import handlers as duty
from services.referrals.notices import handlers as notices
from services.referrals.referrals import reconciling, views
from shared.contracts.codes import ClockKind, GradeBand, Role, Urgency
from shared.contracts.ids import DistrictId, StaffKey, StudentKey
from shared.contracts.referrals import AcknowledgePathwayTest, OpenVersions, Republish, TestPathway
from shared.contracts.schools import (
    Assignment,
    ClockRule,
    ClockUnit,
    DistrictPolicyChanged,
    PathwayChanged,
    PathwayStep,
    RosterStudentChanged,
    StaffAssigned,
    SurveyConsentMode,
)
from shared.domain import NotPossible
from tests.integration.referrals.conftest import Room
from tests.integration.referrals.test_concerns import a_concern

DISTRICT = DistrictId(UUID("6d0c8b4e-3b8e-4f0a-9a53-0d2f3c1b7a10"))


def a_policy(version: int, *rules: ClockRule) -> DistrictPolicyChanged:
    return DistrictPolicyChanged(
        district_id=DISTRICT, version=version, policy_version=version, effective_on=date(2026, 8, 1),
        tz="America/New_York", state="FL", n_min=10, clocks=rules, escalations=(), floors=(), intensities=(),
        consents=(), check_in_interval_days=14, load_cap_matches=3, load_cap_minutes=120,
        survey_consent_mode=SurveyConsentMode.NOTICE_AND_OPT_OUT)


def test_a_district_sets_its_own_limits(room: Room):
    four_seconds = ClockRule(urgency=Urgency.EMERGENCY, kind=ClockKind.ACKNOWLEDGE, unit=ClockUnit.SECONDS, amount=4)

    room.hear(clocks.learn_policy, a_policy(2, four_seconds))
    room.hear(clocks.learn_policy, a_policy(1))
    referral = room.submit(Urgency.EMERGENCY)

    assert (referral.due_at - referral.submitted_at).total_seconds() == 4


@pytest.mark.failure_mode("FM21")
@pytest.mark.parametrize("seed", range(5))
def test_copies_end_at_the_newest_word_in_whatever_order_words_come(room: Room, seed: int):
    key = StaffKey(uuid4())
    words = [StaffAssigned(staff_key=key, school_id=room.school, version=n, credentials=(), assignments=(
        Assignment(role=role, school_id=room.school),)) for n, role in enumerate(
            (Role.ADVISOR, Role.PRINCIPAL, Role.SITE_COORDINATOR, Role.COUNSELOR), start=1)]
    paths = [PathwayChanged(school_id=room.school, version=n, order=(PathwayStep(staff_key=StaffKey(UUID(int=n))),))
             for n in range(2, 6)]
    shuffled = [*((duty.learn_staff, word) for word in words * 2), *((duty.learn_pathway, path) for path in paths * 2)]
    random.Random(seed).shuffle(shuffled)

    for handle, word in shuffled:
        room.hear(handle, word)

    assert room.sql("SELECT role FROM staff_roles WHERE staff_key = %s", key) == [("counselor",)]
    assert room.sql("SELECT staff_key FROM pathway_steps WHERE school_id = %s", room.school) == [(UUID(int=5),)]


def one_of_a_batch(handle: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    return lambda fact, tx: handle([fact], tx)


def test_a_students_band_and_subgroups_travel_with_the_referral(room: Room):
    student = StudentKey(uuid4())
    room.hear(one_of_a_batch(background.learn_students), RosterStudentChanged(
        student_key=student, school_id=room.school, version=2, school_ids=(room.school,), grade_band=GradeBand.HIGH,
        language="es", subgroup_codes=("el",), active=True))

    room.hear(concerns.receive_concern, a_concern(room, student_key=student))

    (event,) = room.announced("referral_submitted")
    assert (event["grade_band"], event["subgroup_codes"]) == ("high", ["el"])


def test_a_fingerprint_tells_a_copy_whether_it_is_equal(room: Room):
    for _ in range(3):
        room.submit(Urgency.ROUTINE)
    versions = room.ask(views.open_versions, OpenVersions(school_id=room.school), "referral.list", changes=False).items

    with room.work() as tx:
        reconciling.digest_open_referrals(tx)

    (digest,) = room.announced("open_referrals_digested")
    assert (digest["count"], digest["max_version"]) == (3, 1)
    assert digest["xor_of_hashes"] == reduce(xor, (fingerprint(each.referral_id, each.version) for each in versions))


def fingerprint(id: UUID, version: int) -> int:
    """As the contract's docstring says it."""
    return int.from_bytes(hashlib.sha256(f"{id}:{version}".encode()).digest()[:8], signed=True)


def test_telling_again_says_that_it_is_a_replay(room: Room):
    referral = room.submit(Urgency.ROUTINE)

    with room.work("referrals.republish") as tx:
        reconciling.republish(Republish(referral_ids=(referral.referral_id, uuid4())), tx)

    replays = room.sql("SELECT payload::jsonb ->> 'replayof', version FROM outbox WHERE type = 'referral_submitted' "
                       "ORDER BY seq")
    assert [bool(replay) for replay, _ in replays] == [False, True]


def test_a_pathway_is_proved_by_a_recipient_and_nobody_else(room: Room):
    test = room.ask(notices.test_pathway, TestPathway(school_id=room.school), "pathway.test",
                    by=room.people.coordinator, role=Role.SITE_COORDINATOR)
    answer = AcknowledgePathwayTest(test_id=test.test_id)

    assert test.recipients == (room.people.first, room.people.second)
    with pytest.raises(NotPossible):
        room.ask(notices.acknowledge_pathway_test, answer, "pathway.acknowledge", by=room.people.third)
    room.ask(notices.acknowledge_pathway_test, answer, "pathway.acknowledge", by=room.people.second)

    assert len(room.announced("pathway_test_acknowledged")) == 1
    assert room.sql("SELECT kind FROM notices") == [("pathway_test",), ("pathway_test",)]
