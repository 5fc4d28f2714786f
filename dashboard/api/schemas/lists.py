"""Bodies of the lists: features of an area, sources, models, observations."""

from typing import Any, Literal

from pydantic import Field

from dashboard.api.schemas.words import Body, Time


class FeatureBody(Body):
    """GeoJSON feature (RFC 7946); positions are longitude, latitude."""

    type: Literal["Feature"]
    id: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any] = Field(description="codes and words; times are RFC 3339 in UTC, null where unknown")


class FeaturesBody(Body):
    """One page of a list, as a GeoJSON feature collection with further members."""

    type: Literal["FeatureCollection"]
    area: str
    version: str
    simulated: bool
    valid_at: Time
    n_matched: int = Field(description="things on all pages together")
    next: str | None = Field(description="cursor of the next page; null on the last")
    features: list[FeatureBody]
    attribution: str


class SourceBody(Body):
    """How fresh one source of one kind of observation is."""

    source: str
    kind: str
    newest_at: Time | None
    age_s: float | None = Field(description="seconds from the newest observation to the snapshot")
    n_record: int
    simulated: bool


class SourcesBody(Body):
    """Everything the newest snapshot of an area was made from."""

    area: str
    version: str
    simulated: bool
    valid_at: Time
    sources: list[SourceBody]


class DecisionBody(Body):
    """One update of a model that was tried: on what, with what success, and what became of it."""

    record_id: str
    subject: str
    verdict: str
    cause: str
    made_at: Time | None
    first_day: Time | None
    last_day: Time | None
    score_before: float | None = Field(
        description="weighted interval score relative to the baseline; 1 is the baseline"
    )
    score_after: float | None
    n_origin: int = Field(description="origins it was scored on")


class CaseSourceBody(Body):
    """What a source of case reports weighs, by the error of its early values."""

    source: str
    weight: float
    mean_error: float | None
    n_error: int


class ModelBody(Body):
    """One model in use."""

    model: str
    hazard: str | None
    version: str
    is_learnt: bool = Field(description="whether its settings were learnt from this area's own observations")
    paper: str = Field(description="what it follows")
    scored_by: str | None = Field(description="command that scores it against a named baseline; null where none does")


class ModelsBody(Body):
    """Models in use in an area, and every decision about what was learnt there, newest first."""

    area: str
    model_version: str
    models: list[ModelBody]
    case_sources: list[CaseSourceBody]
    decisions: list[DecisionBody]


class ObservationBody(Body):
    """One observation; the unit ends each name of a value."""

    kind: str
    source: str
    simulated: bool
    time: Time | None
    received_at: Time | None
    values: dict[str, float | str | bool | None]


class ObservationsBody(Body):
    """One page of observations, oldest first."""

    area: str
    kind: str
    next: str | None = Field(description="cursor of the next page; null on the last")
    observations: list[ObservationBody]
