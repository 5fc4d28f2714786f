"""Where somebody is heading and what waits there, on one snapshot.

Kept are only what belongs to an area or a snapshot: its streets on a plane, the trips drawn from where people live, and
the levels of its edges in time. Pings, history and answer of a person live in one call; nothing of them is kept.
"""

import math
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.answers.infection import InfectionAnswers, InfectionQuestion, LocalHour
from dashboard.answers.keyed_cache import KeyedCache
from dashboard.answers.questions import check_streets
from dashboard.contributions.federated import merged_movement, movement_stamp
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from risk_core.assess import assess_point
from risk_core.errors import AnsimgilError
from risk_core.hazards.epidemic.here import InfectionAdvice
from risk_core.movement.match_options import MATCH_DEFAULTS, MatchOptions
from risk_core.movement.match_pings import Pings
from risk_core.movement.match_plane import MatchStreets, street_plane
from risk_core.movement.path_answer import PathAnswer
from risk_core.movement.path_exposure import exposure_ahead
from risk_core.movement.path_forecast import foresee_path
from risk_core.movement.path_options import PATH_DEFAULTS
from risk_core.movement.path_prior import PathKnowledge, draw_knowledge
from risk_core.movement.path_warning import (
    DangerKind,
    FieldsAhead,
    PathWarning,
    explain_warning,
    fields_ahead,
    find_way_round,
)
from risk_core.routes.infection import ON_FOOT
from risk_core.routes.price import Priced
from risk_core.state.activity import RANGES
from risk_core.state.activity_presets import StayChanges
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment, HazardRisk
from risk_core.state.profile import Profile
from risk_core.units import S_PER_DAY, S_PER_H, S_PER_MIN

KNOWN_KEPT: Final = 6
AHEAD_KEPT: Final = 6
FLOWS_DAY: Final = 28
"""Contributed counts of journeys are summed over so many days."""
MOST_SPEED_M_PER_S: Final = {Profile.WALK: 10.0, Profile.WHEELCHAIR: 10.0, Profile.BICYCLE: 25.0}
"""A single position farther off than this speed reaches is a jump of the receiver (our choice)."""
STAY_PRESET: Final = "street_walk"
MINUTES: Final = (1, 3, 5, 10, 15)
"""Minutes ahead told unless asked otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class PathQuestion:
    """What somebody asks who is under way.

    Attributes
    ----------
    area_id
        The area.
    pings
        The last minutes, in the order they came.
    history
        Own earlier trips; empty where none are told.
    profile
        The traveller.
    minutes
        Ahead.
    asked_s
        Clock of who asks, unix seconds; later pings are refused, old ones say nothing.
    """

    area_id: str
    pings: Pings
    history: tuple[Pings, ...] = ()
    profile: Profile = Profile.WALK
    minutes: tuple[int, ...] = MINUTES
    asked_s: float = math.inf


@dataclass(frozen=True, slots=True)
class PathAnswers:
    """Answers about paths, with what they keep of areas and snapshots between questions.

    Attributes
    ----------
    library
        Areas, and counts of journeys contributed.
    infection
        Answers about infection, which keep their own.
    """

    library: Library
    infection: InfectionAnswers
    _streets: KeyedCache[MatchStreets] = field(default_factory=lambda: KeyedCache(KNOWN_KEPT))
    _known: KeyedCache[PathKnowledge] = field(default_factory=lambda: KeyedCache(KNOWN_KEPT))
    _ahead: KeyedCache[FieldsAhead] = field(default_factory=lambda: KeyedCache(AHEAD_KEPT))

    def ahead(self, assessment: Assessment, priced: Priced, question: PathQuestion, local_h: LocalHour) -> PathAnswer:
        """Answer on one snapshot; see `Answers.path_ahead` for what it raises."""
        area = self.library.area(question.area_id)
        known = self.knowledge(area, priced, question.profile)
        streets, newest_s = known.habits.streets, _newest_s(question.pings, question.asked_s)
        ahead = self._fields(area, assessment, question.profile, newest_s, local_h)
        forecast = foresee_path(
            known,
            question.pings,
            question.minutes,
            ahead.slices,
            history=question.history,
            now_s=question.asked_s,
            options=(match_options(question.profile), PATH_DEFAULTS),
        )
        track = forecast.track
        valid_s = float(track.time_s[-1]) if track.n_ping else math.nan
        told = (area.area_id, assessment.version, question.profile, assessment.simulated, valid_s, forecast, known)
        if forecast.streets is None:
            return PathAnswer(*told)
        exposure = exposure_ahead(streets, forecast.streets)
        warning = explain_warning(streets, assessment, ahead, forecast.streets, exposure)
        if warning is None:
            return PathAnswer(*told, exposure)
        here = float(track.lat_deg[-1]), float(track.lon_deg[-1])
        detour = find_way_round(area, assessment, streets, priced, here, forecast.streets, ahead, warning)
        closure = assessment.closures[warning.closure] if warning.closure >= 0 else None
        hazard = None if warning.kind is DangerKind.CLOSED else _hazard(area, assessment, warning)
        stay = self._stay(area, assessment, warning, float(forecast.streets.level_s[warning.level :].sum()), local_h)
        return PathAnswer(*told, exposure, warning, hazard, closure, detour, stay)

    def knowledge(self, area: Area, priced: Priced, profile: Profile) -> PathKnowledge:
        """Trips drawn for a traveller in an area, and what they were drawn from; made once and kept.

        Raises
        ------
        risk_core.errors.InputError
            For an area without streets.
        """
        network = check_streets(area)
        whose = (area.area_id, area.content_hash, profile.value)
        streets = self._streets.get_or_make(whose, lambda: street_plane(network, profile))
        flows = self.library.observations.change_count(area.area_id, Kind.FLOWS)
        learnt = movement_stamp(self.library, area.area_id)
        return self._known.get_or_make(
            (*whose, flows, learnt),
            lambda: draw_knowledge(area, streets, priced.free, self._flows(area) if flows or learnt else None),
        )

    def _flows(self, area: Area) -> NDArray[np.float64]:
        """Persons counted from district to district over the last days of counts, shape=(n_district, n_district).

        Steps that operators learnt together come on top, in counts of their own.
        """
        rows = self.library.observations.rows(Kind.FLOWS, area.area_id)
        at = {district.district_id: k for k, district in enumerate(area.districts)}
        out = np.zeros((len(at), len(at)))
        since_s = max((float(row["hour_s"]) for row in rows), default=0.0) - FLOWS_DAY * S_PER_DAY
        for row in rows:
            ends = at.get(row["origin_id"]), at.get(row["destination_id"])
            is_used = row["hour_s"] > since_s and row["quality"] != "bad"
            if ends[0] is not None and ends[1] is not None and is_used:
                out[ends] += float(row["persons"])
        merged = merged_movement(self.library, area)
        return out if merged is None else out + merged.update.n_step

    def _fields(
        self, area: Area, assessment: Assessment, profile: Profile, newest_s: float, local_h: LocalHour
    ) -> FieldsAhead:
        """Levels and doses ahead of who set off at a moment; in a drill its own clock counts, not the traveller's."""
        network = check_streets(area)
        is_played = assessment.drill is not None or not math.isfinite(newest_s)
        later_s = 0.0 if is_played else round((newest_s - assessment.now_s) / S_PER_MIN) * S_PER_MIN
        key = (area.area_id, area.content_hash, assessment.version, profile.value, later_s)
        return self._ahead.get_or_make(
            key,
            lambda: fields_ahead(network, assessment, profile, later_s, self._dose(area, assessment, profile, local_h)),
        )

    def _dose(
        self, area: Area, assessment: Assessment, profile: Profile, local_h: LocalHour
    ) -> NDArray[np.float32] | None:
        """Infections a second on each edge for who walks there now; None in a vehicle and where nothing is known."""
        if profile not in ON_FOOT or assessment.outbreak is None:
            return None
        try:
            table = self.infection.table(area, assessment, assessment.step_now)
        except AnsimgilError:
            return None
        return np.asarray(table[int(local_h(assessment.now_s)) % len(table)] / S_PER_H, dtype=np.float32)

    def _stay(
        self, area: Area, assessment: Assessment, warning: PathWarning, stay_s: float, local_h: LocalHour
    ) -> InfectionAdvice | None:
        """What lowers the chance of infection at the place of a warning, over the minutes expected there."""
        if warning.kind is not DangerKind.INFECTION:
            return None
        low, high = RANGES["stay_min"]
        changes = StayChanges(stay_min=float(np.clip(stay_s / S_PER_MIN, max(low, 1.0), high)))
        place = warning.reason_lat_deg, warning.reason_lon_deg
        question = InfectionQuestion(area.area_id, *place, STAY_PRESET, changes, warning.step)
        try:
            return self.infection.advise(area, assessment, question, warning.step, local_h)
        except AnsimgilError:
            return None


def match_options(profile: Profile) -> MatchOptions:
    """Settings of the matching for one kind of traveller."""
    fastest = MOST_SPEED_M_PER_S.get(profile, MATCH_DEFAULTS.most_speed_m_per_s)
    return replace(MATCH_DEFAULTS, most_speed_m_per_s=fastest)


def _hazard(area: Area, assessment: Assessment, warning: PathWarning) -> HazardRisk | None:
    """What is told of the warning's hazard at its place and time; None at the very edge of the area."""
    try:
        risk = assess_point(area, assessment, warning.reason_lat_deg, warning.reason_lon_deg, warning.step)
    except AnsimgilError:
        return None
    return next((one for one in risk.hazards if one.hazard.value == warning.kind.value), None)


def _newest_s(pings: Pings, asked_s: float) -> float:
    """Moment of the newest ping that is not later than asked; NaN without one."""
    known = pings.time_s[np.isfinite(pings.time_s) & (pings.time_s <= asked_s)]
    return float(known.max()) if len(known) else math.nan
