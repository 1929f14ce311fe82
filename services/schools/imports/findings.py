"""What is wrong with a file, and where. There is nowhere to put what stands there."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.contracts.schools import Diagnostic

KEPT = 200
"""Errors that are shown; the rest is counted."""

STAGES = ("archive", "package", "manifest", "csv", "header", "row", "reference.duplicate", "reference")
"""A later stage cannot be judged while an earlier one has failed: only the first that failed is told."""


class Rejected(Exception):
    """Nothing more of the file can be read. The findings say why."""


@dataclass
class Findings:
    """Collects errors and warnings. Strict: what would be a warning is an error."""

    strict: bool = False
    _errors: dict[int, list[Diagnostic]] = field(default_factory=dict)
    _errors_total: dict[int, int] = field(default_factory=dict)
    _warnings: dict[tuple[str, str, str | None], tuple[int | None, int]] = field(default_factory=dict)

    def error(self, code: str, file: str, line: int | None = None, column: str | None = None) -> None:
        stage = stage_of(code)
        self._errors_total[stage] = self._errors_total.get(stage, 0) + 1
        kept = self._errors.setdefault(stage, [])
        if len(kept) < KEPT:
            kept.append(Diagnostic(code=code, file=file, line=line, column=column))

    def warn(self, code: str, file: str, line: int | None = None, column: str | None = None) -> None:
        if self.strict:
            self.error(code, file, line, column)
            return
        first, count = self._warnings.get((code, file, column), (line, 0))
        self._warnings[code, file, column] = first, count + 1

    def reject(self, code: str, file: str, line: int | None = None, column: str | None = None) -> Rejected:
        """An error after which reading ends: `raise findings.reject(…)`."""
        self.error(code, file, line, column)
        return Rejected(code)

    @property
    def failed(self) -> bool:
        return bool(self._errors)

    def failed_before(self, stage: str) -> bool:
        return any(number < STAGES.index(stage) for number in self._errors)

    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(self._errors[min(self._errors)]) if self._errors else ()

    def errors_total(self) -> int:
        return self._errors_total[min(self._errors_total)] if self._errors_total else 0

    def warnings(self) -> tuple[Diagnostic, ...]:
        return tuple(
            Diagnostic(code=code, file=file, line=line, column=column, count=count)
            for (code, file, column), (line, count) in list(self._warnings.items())[:KEPT])

    def warnings_total(self) -> int:
        return sum(count for _, count in self._warnings.values())


def stage_of(code: str) -> int:
    return next(number for number, stage in enumerate(STAGES) if code.startswith(stage))
