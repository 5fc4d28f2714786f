"""The city's drill: an outbreak in the background, a cloudburst that closes streets, shelters that fill."""

from dataclasses import dataclass, replace

import numpy as np

from dashboard.drills.cloudburst import (
    CLOUDBURST_DEFAULTS,
    CloudburstOptions,
    Gauges,
    hour_accumulation_mm,
    measured_mm_per_h,
    place_gauges,
)
from dashboard.drills.crowd import count_people, hours_before, hours_between
from dashboard.drills.outbreak import LAST_AGE, N_DAY, VINTAGE_DAY, daily_cases, hot_spot, known_cases
from dashboard.drills.stage import ClosingStreet, Stage, make_stage, trip_length_m, trip_of
from dashboard.drills.story import Batch, caption_at, steps_between
from dashboard.store.clocks import area_zone
from dashboard.store.kinds import Kind
from risk_core.state.area import Area
from risk_core.units import S_PER_DAY

STORY_S = 7200.0
HISTORY_S = 3 * 3600.0
CLOSURE_LASTS_S = 3 * 3600.0
ALERT_AT_S = 900.0
ALERT_LASTS_S = 3 * 3600.0
SHELTER_STEP_S = 600.0
RADIUS_SHARE, RADIUS_RANGE_M = 0.38, (120.0, 800.0)
"""Radius of the core as a share of the trip's length, and its bounds."""
SENDER = "drill@ansimgil.example"


@dataclass(frozen=True, slots=True, eq=False)
class CityStory:
    """A cloudburst story on one area; make it with `city_story`."""

    area: Area
    stage: Stage
    gauges: Gauges
    seed: int
    options: CloudburstOptions

    @property
    def story_s(self) -> float:
        """Two hours."""
        return STORY_S

    @property
    def step_s(self) -> float:
        """The gauges' interval."""
        return self.options.interval_s

    @property
    def pace(self) -> float:
        """As fast as the drill is set."""
        return 1.0

    def before(self, epoch_s: float) -> list[Batch]:
        """Seven weeks of cases, a day of people counted, three hours of rain, the shelters."""
        people = Batch(Kind.COUNTS, self._people(hours_before(epoch_s, area_zone(self.area))))
        rain = self._rain(epoch_s, steps_between(-HISTORY_S, 0.0, self.step_s))
        shelters = Batch(Kind.SHELTERS, self._shelters(epoch_s, 0.0))
        return [Batch(Kind.CASES, self._cases(epoch_s)), people, rain, shelters]

    def between(self, epoch_s: float, from_s: float, to_s: float) -> list[Batch]:
        """Rain each interval; people each hour; closures, the alert and shelter counts when they are due."""
        batches = [self._rain(epoch_s, steps_between(from_s, to_s, self.step_s))]
        batches.append(Batch(Kind.COUNTS, self._people(hours_between(epoch_s + from_s, epoch_s + to_s))))
        closures = [self._closure(s, epoch_s) for s in self.stage.closing if from_s < s.closes_s <= to_s]
        batches.append(Batch(Kind.CLOSURES, closures))
        if from_s < ALERT_AT_S <= to_s:
            batches.append(Batch(Kind.ALERTS, self._alerts(epoch_s)))
        for elapsed_s in steps_between(from_s, min(to_s, STORY_S), SHELTER_STEP_S):
            batches.append(Batch(Kind.SHELTERS, self._shelters(epoch_s, elapsed_s)))
        return [batch for batch in batches if batch.records]

    def caption(self, elapsed_s: float) -> str:
        """Which part of the story this is."""
        first = min((s.closes_s for s in self.stage.closing), default=self.options.full_s)
        captions = [
            (-HISTORY_S, "rain_begins"),
            (first * 0.5, "rain_grows"),
            (first, "street_closed"),
            (first + 900.0, "way_round"),
            (self.options.waning_s, "rain_eases"),
            (STORY_S, "after"),
        ]
        return caption_at(captions, elapsed_s)

    def _rain(self, epoch_s: float, times_s: list[float]) -> Batch:
        records: list[dict[str, object]] = []
        for elapsed_s in times_s:
            rates = measured_mm_per_h(self.gauges, elapsed_s, self.stage.centre, self.seed, self.options)
            records += [
                {
                    "station_id": station,
                    "time_s": epoch_s + elapsed_s,
                    "lat_deg": float(self.gauges.lat_deg[k]),
                    "lon_deg": float(self.gauges.lon_deg[k]),
                    "interval_s": self.step_s,
                    "rate_mm_per_h": float(rates[k]),
                }
                for k, station in enumerate(self.gauges.station_id)
            ]
        return Batch(Kind.RAIN, records)

    def _cases(self, epoch_s: float) -> list[dict[str, object]]:
        last_day = int(epoch_s // S_PER_DAY) - 1
        final = daily_cases(self.area, last_day, hot_spot(self.area, self.stage.centre), self.seed)
        first_s = (last_day - N_DAY + 1) * S_PER_DAY
        return [
            {
                "district_id": self.area.districts[place].district_id,
                "day_s": first_s + day * S_PER_DAY,
                "as_of_s": first_s + (day + 1 + age) * S_PER_DAY,
                "count": int(count),
            }
            for (age, day, place), count in np.ndenumerate(known_cases(final, self.seed))
            if self.area.districts[place].population > 0
            and day + age < N_DAY
            and (day >= N_DAY - VINTAGE_DAY or age == LAST_AGE)
        ]

    def _people(self, hours: list[float]) -> list[dict[str, object]]:
        zone = area_zone(self.area)
        return [record for hour_s in hours for record in count_people(self.area, hour_s, zone, self.seed)]

    def _closure(self, street: ClosingStreet, epoch_s: float) -> dict[str, object]:
        return {
            "closure_id": f"drill-{street.street}",
            "reason": street.reason.value,
            "name": street.name,
            "from_s": epoch_s + street.closes_s,
            "until_s": epoch_s + street.closes_s + CLOSURE_LASTS_S,
            "geometry": street.wkt,
        }

    def _alerts(self, epoch_s: float) -> list[dict[str, object]]:
        words = (
            ("ko-KR", "호우 경보", "[연습] 짧은 시간에 강한 비가 내립니다. 하천과 지하차도에 가지 마십시오."),
            (
                "en-US",
                "Heavy rain warning",
                "[Drill] Intense rain for a short time. Stay away from streams and underpasses.",
            ),
        )
        return [
            {
                "identifier": f"drill-rain-{self.seed}",
                "sender": SENDER,
                "sent_s": epoch_s + ALERT_AT_S,
                "info": k,
                "status": "Exercise",
                "message_type": "Alert",
                "language": language,
                "event": event,
                "urgency": "Immediate",
                "severity": "Severe",
                "certainty": "Observed",
                "headline": headline,
                "from_s": epoch_s + ALERT_AT_S,
                "until_s": epoch_s + ALERT_AT_S + ALERT_LASTS_S,
                "area_text": self.area.name_ko if language.startswith("ko") else self.area.name_en,
            }
            for k, (language, event, headline) in enumerate(words)
        ]

    def _shelters(self, epoch_s: float, elapsed_s: float) -> list[dict[str, object]]:
        scenery = self.area.scenery
        if scenery is None:
            return []
        near = [
            hour_accumulation_mm(s.lat_deg, s.lon_deg, elapsed_s, self.stage.centre, self.options)
            for s in scenery.shelters
        ]
        return [
            {
                "shelter_id": shelter.place_id,
                "time_s": epoch_s + elapsed_s,
                "name": shelter.name,
                "kind": shelter.detail,
                "lat_deg": shelter.lat_deg,
                "lon_deg": shelter.lon_deg,
                "capacity_persons": shelter.capacity_persons,
                "occupancy_persons": float(np.floor(shelter.capacity_persons * min(0.9, rain_mm / 110.0))),
            }
            for shelter, rain_mm in zip(scenery.shelters, near, strict=True)
        ]


def city_story(area: Area, seed: int) -> CityStory:
    """The story of an area with streets: where it happens follows from the area, how it comes from the seed.

    The core of the rain is sized to the trip a first visitor is shown, so that there is a way round it.
    """
    radius_m = float(np.clip(RADIUS_SHARE * trip_length_m(trip_of(area)), *RADIUS_RANGE_M))
    options = replace(CLOUDBURST_DEFAULTS, radius_m=radius_m)
    stage = make_stage(area, seed, options)
    return CityStory(area, stage, place_gauges(stage.centre, area.grid.bounds, radius_m, seed), seed, options)
