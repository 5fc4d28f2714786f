"""Answers about closures and about what officials did."""

import math
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from dashboard.acts.closures import DeskClosure
from dashboard.api.listing import FeaturePage
from dashboard.api.schemas.words import Body, Share, Time, Words, in_each_language, iso_time
from dashboard.api.shapes import geojson_of
from dashboard.store.acts import Act
from risk_core.state.situation import Closure, Computed


class ClosureProperties(Body):
    """What is known of a closure."""

    closure_id: str
    name: str
    reason: str
    reason_words: Words
    begins: Time | None = Field(alias="from")
    until: Time | None = Field(description="null: until lifted")
    profiles: list[str] = Field(description="travellers barred; empty: all")
    source: str
    simulated: bool
    is_past: bool = Field(description="its end has passed; it holds until a coordinator lifts it")
    act: int | None = Field(description="number of the last act on it, for If-Match; null: not the desk's")
    prob: Share | None = Field(None, description="chance of closing at the worst time; null: issued, not computed")
    peak_at: Time | None = Field(None, description="that time, of a computed closure")
    depth_m: float | None = Field(None, description="water then, metres; null where wind closes it")
    wind_m_per_s: float | None = Field(None, description="ten-minute wind then; null where water closes it")


class ClosureBody(Body):
    """A closure as a GeoJSON feature."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: dict[str, Any]
    properties: ClosureProperties

    @classmethod
    def from_desk(cls, one: DeskClosure, now_s: float) -> "ClosureBody":
        """Feature of a closure that officials can change."""
        state = one.state
        return cls(
            id=one.closure_id,
            geometry=state["geometry"],
            properties=ClosureProperties(
                closure_id=one.closure_id,
                name=state["name"],
                reason=state["reason"],
                reason_words=in_each_language(f"closure.{state['reason']}"),
                begins=iso_time(state["from_s"]),
                until=None if state["until_s"] is None else iso_time(state["until_s"]),
                profiles=state["profiles"].split(),
                source="desk",
                simulated=one.simulated,
                is_past=one.is_past(now_s),
                act=one.act_id,
            ),
        )

    @classmethod
    def from_closure(cls, one: Closure) -> "ClosureBody":
        """Feature of a closure that a feed or a file told, or that was computed."""
        return cls(
            id=one.closure_id,
            geometry=geojson_of(one.shape, 7),
            properties=ClosureProperties(
                closure_id=one.closure_id,
                name=one.name,
                reason=str(one.reason),
                reason_words=in_each_language(f"closure.{one.reason}"),
                begins=iso_time(one.from_s),
                until=iso_time(one.until_s),
                profiles=[str(profile) for profile in one.profiles],
                source=one.source,
                simulated=one.simulated,
                is_past=False,
                act=None,
                **_computed(one.computed),
            ),
        )


class ClosuresBody(Body):
    """Closures in force or coming."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    area: str
    valid_at: Time | None
    simulated: bool
    n_matched: int = Field(description="closures on all pages together")
    next: str | None = Field(description="cursor of the next page; null on the last")
    features: list[ClosureBody]

    @classmethod
    def of(cls, area_id: str, now_s: float, page: FeaturePage, is_drill: bool) -> "ClosuresBody":
        """One page of an area's closures, and whether what is known of the area now is a drill."""
        features = [ClosureBody.model_validate(one) for one in page.features]
        return cls(
            area=area_id,
            valid_at=iso_time(now_s),
            simulated=is_drill or any(one.properties.simulated for one in features),
            n_matched=page.n_matched,
            next=page.next_cursor,
            features=features,
        )


class ActBody(Body):
    """Something an official did."""

    act: int
    area: str
    subject: str
    subject_id: str
    deed: str
    who_id: str
    who: str
    why: str
    at: Time | None
    undoes: int | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @classmethod
    def from_act(cls, act: Act) -> "ActBody":
        """Body of an act."""
        return cls(
            act=act.act_id,
            area=act.area_id,
            subject=act.subject,
            subject_id=act.subject_id,
            deed=act.deed,
            who_id=act.who_id,
            who=act.who_name,
            why=act.why,
            at=iso_time(act.at_s),
            undoes=act.undoes,
            before=act.before,
            after=act.after,
        )


class ActsBody(Body):
    """The log of an area, newest first; `next_before` asks for older ones."""

    area: str
    acts: list[ActBody]
    next_before: int | None

    @classmethod
    def of(cls, area_id: str, acts: Sequence[Act], n_act: int) -> "ActsBody":
        """Body of a page of the log."""
        more = acts[-1].act_id if len(acts) == n_act else None
        return cls(area=area_id, acts=[ActBody.from_act(act) for act in acts], next_before=more)


def _computed(found: Computed | None) -> dict[str, Any]:
    """What a computed closure stands on; nothing for an issued one."""
    if found is None:
        return {}
    return {
        "prob": found.prob,
        "peak_at": iso_time(found.peak_s),
        "depth_m": round(found.depth_m, 2) if math.isfinite(found.depth_m) else None,
        "wind_m_per_s": found.wind_m_per_s if math.isfinite(found.wind_m_per_s) else None,
    }
