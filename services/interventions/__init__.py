"""Interventions: which peer programs a school runs, who supports whom, and what happened.

Owns: programs with their ten elements and seven safeguards, peer supporters with training, check-ins and supervision,
matches, sessions, Tier 1 activities, and concerns until referrals has them (their content stays here, sealed).
Answers: everything in `shared/contracts/interventions.py`; `ConcernDetail` to referrals alone.
Announces: what becomes of each of these; a concern as `ConcernRaised`, which says nothing of what the worry is.
Listens to: schools (policy, schools, calendars, students, staff, rotas, consents) and referrals (receipts of concerns,
care status, pathway tests), of which it keeps read copies.
"""
