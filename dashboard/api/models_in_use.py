"""Which models answer, what was learnt of an area, and how well each update did."""

import math
from typing import Final

from dashboard.api.schemas.lists import CaseSourceBody, DecisionBody, ModelBody, ModelsBody
from dashboard.api.schemas.words import iso_time, known
from dashboard.store.models import Decision, ModelBook
from risk_core.state.assessment import Assessment
from risk_core.state.level import Hazard

IN_USE: Final[tuple[tuple[str, Hazard | None, str, str | None], ...]] = (
    ("trend", Hazard.INFECTION, "Cori et al. 2013, Am. J. Epidemiol. 178, 1505", "epidemic"),
    ("weekly", Hazard.INFECTION, "quantiles by gradient boosting: Ke et al. 2017, NeurIPS 30, 3146", "epidemic"),
    ("wind", Hazard.TYPHOON, "Holland et al. 2010; Lin and Chavas 2012; Phadke et al. 2003", "wind"),
    ("rain", Hazard.RAIN, "worst window of rain against official thresholds; see risk_core.hazards.rain", None),
    ("movement", None, "next places of people against a Markov chain of one's own", "movement"),
)
"""Model, hazard, what it follows, and the subject of `python -m dashboard score` that scores it."""


def models_in_use(assessment: Assessment, book: ModelBook, limit: int) -> ModelsBody:
    """Tell the models of an area; `limit` bounds the decisions told."""
    learnt = {"trend": book.trend_id, "weekly": book.weekly_id}
    models = [
        ModelBody(
            model=name,
            hazard=None if hazard is None else hazard.value,
            version=learnt.get(name) or assessment.model_version,
            is_learnt=bool(learnt.get(name)),
            paper=paper,
            scored_by=None if subject is None else f"python -m dashboard score {subject}",
        )
        for name, hazard, paper, subject in IN_USE
    ]
    newest = book.decisions[::-1]
    sources = next((one.sources for one in newest if len(one.sources) > 1), ())
    return ModelsBody(
        area=assessment.area_id,
        model_version=assessment.model_version,
        models=models,
        case_sources=[
            CaseSourceBody(source=one.source, weight=one.weight_after, mean_error=one.mean_error, n_error=one.n_error)
            for one in sources
        ],
        decisions=[_decision(one) for one in newest[:limit]],
    )


def _decision(one: Decision) -> DecisionBody:
    return DecisionBody(
        record_id=one.record_id,
        subject=one.subject.value,
        verdict=one.verdict.value,
        cause=one.cause.value,
        made_at=iso_time(one.made_s),
        first_day=iso_time(one.first_day_s),
        last_day=iso_time(one.last_day_s),
        score_before=known(one.score_before) if math.isfinite(one.score_before) else None,
        score_after=known(one.score_after) if math.isfinite(one.score_after) else None,
        n_origin=one.n_origin,
    )
