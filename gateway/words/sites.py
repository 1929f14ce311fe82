"""Words of schools and of the files that bring them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SCHOOLS = {
    "level.prekindergarten": _l("Pre-K"),
    "level.elementary": _l("Elementary"),
    "level.middle": _l("Middle"),
    "level.secondary": _l("Secondary"),
    "level.high": _l("High"),
    "level.ungraded": _l("Ungraded"),
    "level.adult": _l("Adult"),
    "level.other": _l("Other"),
    "level.not_reported": _l("Not reported"),
    "school.open": _l("Open"),
    "school.new": _l("New"),
    "school.added": _l("Added"),
    "school.future": _l("Opens later"),
    "school.closed": _l("Closed"),
    "policy_source.our_choice": _l("district's choice"),
    "policy_source.seed-004": _l("Understanding peer support"),
}

IMPORTS = {
    "dialect.hifld_csv": _l("NCES directory, HIFLD CSV"),
    "dialect.elsi_csv": _l("NCES directory, ELSI export"),
    "dialect.oneroster_1_1": "OneRoster 1.1",
    "dialect.oneroster_1_2": "OneRoster 1.2",
    "dialect.microsoft_sds": "Microsoft School Data Sync",
    "import.receiving": _l("The file is coming in"),
    "import.reading": _l("The file is being read"),
    "import.previewed": _l("Ready to be applied"),
    "import.rejected": _l("Refused"),
    "import.applying": _l("The changes are being made"),
    "import.applied": _l("Applied"),
    "import.failed": _l("Failed"),
}
