"""Referrals: who is in trouble, who has it in hand, and who is called next when nobody answers.

Owns: referrals with their clocks, escalations, follow-ups and history; the receipt of concerns; notices; the tests of
pathways. Content is sealed, and due times are computed and compared in this service's own database.
Answers: everything in `shared/contracts/referrals.py`; `OpenVersions` and `Republish` to other services.
Announces: what becomes of each referral, a concern's receipt, exhausted notices, answered pathway tests.
Listens to: schools (policy, schools, calendars, students, staff, rotas, pathways) and interventions (concerns, and
which tier a program has). Asks schools for the addresses of duty staff and interventions for a concern's words.
The watchdog runs beside it on the same database, and needs no broker.
"""
