"""The body of /v1/fields: which layers and times there are, and where their pictures are."""

from pydantic import Field

from dashboard.api.schemas.areas import BoundsBody, bounds_body
from dashboard.api.schemas.words import Body, Time, Words, in_each_language, iso_time
from dashboard.views.raster import LEVEL_COLORS
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import LEVEL_THRESHOLDS, Layer, Level


class StepBody(Body):
    """One time slice."""

    step: int
    lead_s: int
    valid_at: Time


class LegendBody(Body):
    """One level of the legend."""

    code: str
    name: Words
    color: str
    risk_from: float


class LayerBody(Body):
    """One layer; `{step}`, `{z}`, `{x}`, `{y}` in the addresses stand for numbers."""

    layer: str
    name: Words
    data_as_of: Time | None
    sources: list[str]
    simulated: bool
    overlay_url: str = Field(description="one picture over the bounds")
    tiles_url: str = Field(description="map tiles of 256 pixels")
    streets_url: str | None = Field(description="risk and closure bytes of each street")


class FieldsBody(Body):
    """Layers, time slices and legend of the newest snapshot of an area."""

    area: str
    version: str
    sequence: int
    model_version: str
    simulated: bool
    now: Time
    bounds: BoundsBody
    n_row: int
    n_col: int
    steps: list[StepBody]
    step_now: int
    legend: list[LegendBody]
    layers: list[LayerBody]
    attribution: str

    @classmethod
    def from_assessment(cls, assessment: Assessment, area: Area, root: str) -> "FieldsBody":
        """Describe a snapshot.

        Parameters
        ----------
        assessment, area
            The snapshot and its area.
        root
            Path the API is mounted at.
        """
        leads = assessment.lead_s.tolist()
        return cls(
            area=area.area_id,
            version=assessment.version,
            sequence=assessment.sequence,
            model_version=assessment.model_version,
            simulated=assessment.simulated,
            now=iso_time(assessment.now_s) or "",
            bounds=bounds_body(area),
            n_row=area.grid.n_row,
            n_col=area.grid.n_col,
            steps=[
                StepBody(step=step, lead_s=lead_s, valid_at=iso_time(assessment.now_s + lead_s) or "")
                for step, lead_s in enumerate(leads)
            ],
            step_now=assessment.step_now,
            legend=legend_body(),
            layers=[_layer(assessment, area, layer, root) for layer in Layer if layer in assessment.layers],
            attribution=area.attribution,
        )


def legend_body() -> list[LegendBody]:
    """Levels with their colours, lowest first."""
    begins = (0.0, *LEVEL_THRESHOLDS)
    return [
        LegendBody(
            code=level.name.lower(),
            name=in_each_language(f"level.{level.name.lower()}"),
            color=LEVEL_COLORS[level],
            risk_from=begins[level],
        )
        for level in Level
    ]


def _layer(assessment: Assessment, area: Area, layer: Layer, root: str) -> LayerBody:
    fields = assessment.layers[layer]
    own = f"{root}/v1/fields/{layer.value}"
    query = f"?area={area.area_id}&v={assessment.version}&step={{step}}"
    return LayerBody(
        layer=layer.value,
        name=in_each_language(f"hazard.{layer.value}"),
        data_as_of=iso_time(fields.data_as_of_s),
        sources=list(fields.sources),
        simulated=fields.simulated,
        overlay_url=f"{own}/overlay.png{query}",
        tiles_url=f"{own}/tiles/{{z}}/{{x}}/{{y}}.png{query}",
        streets_url=None if area.network is None else f"{own}/streets.bin{query}",
    )
