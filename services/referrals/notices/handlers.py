"""Does a notice reach a person? A pathway is tested as a referral would travel it."""

from __future__ import annotations

from uuid import uuid4

from services.referrals.notices.model import Kind
from services.referrals.notices.pathway_test import PathwayTest
from services.referrals.referrals.store import case_number
from services.referrals.transaction import ReferralsTransaction as Transaction
from shared.contracts.referrals import AcknowledgePathwayTest, LatestPathwayTest, PathwayTestView, TestPathway
from shared.domain import NotFound


def test_pathway(command: TestPathway, tx: Transaction) -> PathwayTestView:
    people = tx.duty.at(command.school_id, tx.now).receiving()
    test = PathwayTest(uuid4(), command.school_id, case_number(), tx.now, tuple(key for key in people if key))
    tx.permit(test)
    tx.pathway_tests.add(test)
    tx.notices.tell(test.recipients, Kind.PATHWAY_TEST, test)
    return view_of(test)


test_pathway.__test__ = False  # type: ignore[attr-defined]   # pytest is not to take it for a test


def acknowledge_pathway_test(command: AcknowledgePathwayTest, tx: Transaction) -> PathwayTestView:
    test = tx.pathway_tests.get(command.test_id)
    test.acknowledge(by=tx.actor, at=tx.now)
    return view_of(test)


def latest_pathway_test(query: LatestPathwayTest, tx: Transaction) -> PathwayTestView:
    test = tx.pathway_tests.latest(query.school_id)
    if test is None:
        raise NotFound(f"the pathway of school {query.school_id} was never tested")
    return view_of(test)


def view_of(test: PathwayTest) -> PathwayTestView:
    return PathwayTestView(
        test_id=test.id, school_id=test.school_id, sent_at=test.sent_at, recipients=test.recipients,
        acknowledged_at=test.acknowledged_at, acknowledged_by=test.acknowledged_by)
