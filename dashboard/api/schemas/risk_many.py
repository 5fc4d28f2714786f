"""Bodies of the risk at many points and in an area."""

from pydantic import Field

from dashboard.api.schemas.risk import DistrictBody
from dashboard.api.schemas.words import Body, LevelBody, Share, Time


class BatchFaultBody(Body):
    """Why one point has no answer."""

    code: str
    text: str


class BatchPointBody(Body):
    """The answer at one point; where it has none, why."""

    position: int = Field(description="of the point in the question, from 0")
    risk: Share | None
    risk_low: Share | None
    risk_high: Share | None
    level: LevelBody
    main_hazard: str | None
    hazards: dict[str, Share | None]
    fault: BatchFaultBody | None


class BatchBody(Body):
    """Risk at many points, in the order asked; a point at fault spoils no other."""

    area: str
    version: str
    model_version: str
    simulated: bool
    valid_at: Time
    data_as_of: Time | None
    results: list[BatchPointBody]
    attribution: str


class AreaLayerBody(Body):
    """One layer in an area."""

    layer: str
    risk_mean: Share | None = Field(description="mean over residents; over ground where nobody lives")
    risk_max: Share | None
    level: LevelBody = Field(description="of the mean")
    residents: dict[str, float] = Field(description="who live in each level, and where nothing is known")


class AreaSeriesBody(Body):
    """All hazards together in an area at one time slice."""

    step: int
    lead_s: int
    risk_mean: Share | None
    risk_max: Share | None


class AreaRiskBody(Body):
    """Risk in a district or a polygon; residents are those of the census, not people seen there."""

    area: str
    version: str
    model_version: str
    simulated: bool
    valid_at: Time
    data_as_of: Time | None
    district: DistrictBody | None
    n_cell: int
    area_m2: float
    residents: float
    layers: list[AreaLayerBody]
    series: list[AreaSeriesBody]
    attribution: str
