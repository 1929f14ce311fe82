"""The schema `metrics`: one MetaData that every noun's store adds its tables to."""

from __future__ import annotations

from sqlalchemy import MetaData

from shared.tables import machinery

metadata = MetaData(schema="metrics")
machinery(metadata)
