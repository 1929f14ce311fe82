"""Schools: which sites, people, calendars, rosters and consents exist.

Owns: the district and its policy, sites with their calendars, staff with roles, rotas and pathways, students with their
names and SIS ids (nobody else has them), consents to take part, and the imports that bring all this in.
Answers: everything in `shared/contracts/schools.py`; `DutyContacts` to referrals alone.
Announces: what becomes of each of these, as keys, codes and times.
Listens to: nobody.
"""
