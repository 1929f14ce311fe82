"""What an import shows of itself."""

from __future__ import annotations

from services.schools.imports.model import Import
from shared.contracts.schools import ImportJob


def import_job(job: Import) -> ImportJob:
    result = job.result
    return ImportJob(
        import_id=job.id, version=job.version, school_id=job.school_id, kind=job.kind, status=job.status,
        dialect=result.dialect, strict=job.strict, size_bytes=job.size_bytes, received_bytes=job.received_bytes,
        progress=round(job.progress, 3), counts=result.counts, by_status=result.by_status, errors=result.errors,
        errors_total=result.errors_total, warnings=result.warnings, warnings_total=result.warnings_total,
        needs_confirmation=result.needs_confirmation, problem=job.problem, allowed=job.allowed())
