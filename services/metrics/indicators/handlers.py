"""What an indicator means, for anyone."""

from __future__ import annotations

from services.metrics.indicators.catalog import INDICATORS
from services.metrics.transaction import MetricsTransaction
from shared.contracts.metrics import IndicatorDefinitions, IndicatorsView
from shared.domain import NotFound


def indicator_definitions(question: IndicatorDefinitions, tx: MetricsTransaction) -> IndicatorsView:
    wanted = tuple(view for view in INDICATORS if question.code in {None, view.code})
    if not wanted:
        raise NotFound(f"there is no indicator {question.code}")
    return IndicatorsView(indicators=wanted)
