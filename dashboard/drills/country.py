"""The country's drill: a typhoon that passes, told by bulletins every three hours and two official warnings."""

from dataclasses import dataclass

import numpy as np

from dashboard.drills.storm import ISSUE_STEP_H, Bulletin, bulletin
from dashboard.drills.story import Batch, caption_at, steps_between
from dashboard.store.kinds import Kind
from risk_core.units import S_PER_H

STORM_ID = "drill-storm"
STORM_NAME = "Drill · 연습"
STORY_S = 48 * S_PER_H
CAPTIONS = (
    (-6 * S_PER_H, "storm_far"),
    (12 * S_PER_H, "storm_near"),
    (24 * S_PER_H, "storm_wind"),
    (39 * S_PER_H, "storm_leaves"),
    (48 * S_PER_H, "after"),
)


SENDER = "drill.ansimgil"


@dataclass(frozen=True, slots=True)
class DrillWarning:
    """An official warning of the drill: when it is sent, and its event, headline and place by language."""

    at_s: float
    severity: str
    words: tuple[tuple[str, str, str, str], ...]

    def rows(self, epoch_s: float, seed: int) -> list[dict[str, object]]:
        """One row a language."""
        sent_s = epoch_s + self.at_s
        return [
            {
                "identifier": f"drill-typhoon-{seed}-{self.at_s:.0f}",
                "sender": SENDER,
                "sent_s": sent_s,
                "info": k,
                "status": "Exercise",
                "message_type": "Alert",
                "language": language,
                "event": event,
                "urgency": "Expected",
                "severity": self.severity,
                "certainty": "Likely",
                "headline": headline,
                "from_s": sent_s,
                "until_s": sent_s + 18 * S_PER_H,
                "area_text": place,
            }
            for k, (language, event, headline, place) in enumerate(self.words)
        ]


WARNINGS = (
    DrillWarning(
        12 * S_PER_H,
        "Moderate",
        (
            ("ko-KR", "태풍 주의보", "[연습] 제주도에 강한 바람과 비가 예상됩니다. 바닷가에 가지 마십시오.", "제주도"),
            ("en-US", "Typhoon advisory", "[Drill] Strong wind and rain expected in Jeju. Stay off the coast.", "Jeju"),
        ),
    ),
    DrillWarning(
        24 * S_PER_H,
        "Severe",
        (
            (
                "ko-KR",
                "태풍 경보",
                "[연습] 제주도와 남해안에 매우 강한 바람이 붑니다. 외출을 삼가십시오.",
                "제주도, 남해안",
            ),
            (
                "en-US",
                "Typhoon warning",
                "[Drill] Violent wind in Jeju and on the south coast. Stay indoors.",
                "South coast",
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class CountryStory:
    """Two days of a storm, hours counted from its first bulletin."""

    seed: int

    @property
    def story_s(self) -> float:
        """Two days."""
        return STORY_S

    @property
    def step_s(self) -> float:
        """Three hours."""
        return ISSUE_STEP_H * S_PER_H

    @property
    def pace(self) -> float:
        """A storm takes days: told twelve times as fast as a cloudburst."""
        return 12.0

    def before(self, epoch_s: float) -> list[Batch]:
        """The first bulletin."""
        return [self._batch(epoch_s, 0.0)]

    def between(self, epoch_s: float, from_s: float, to_s: float) -> list[Batch]:
        """The newest bulletin that has come since; older ones of the same span are not repeated."""
        times_s = steps_between(from_s, min(to_s, STORY_S), self.step_s)
        warned = [one for one in WARNINGS if from_s < one.at_s <= to_s]
        batches = (
            [Batch(Kind.ALERTS, [row for one in warned for row in one.rows(epoch_s, self.seed)])] if warned else []
        )
        return [*batches, self._batch(epoch_s, times_s[-1])] if times_s else batches

    def caption(self, elapsed_s: float) -> str:
        """Which part of the story this is."""
        return caption_at(CAPTIONS, elapsed_s)

    def _batch(self, epoch_s: float, elapsed_s: float) -> Batch:
        issued = bulletin(elapsed_s / S_PER_H, self.seed)
        return Batch(Kind.TRACKS, [_point(issued, k, epoch_s) for k in range(issued.hour.size)])


def _point(issued: Bulletin, k: int, epoch_s: float) -> dict[str, object]:
    radii = {name: getattr(issued, name)[k] for name in ("radius_25_m", "radius_15_m", "radius_70_prob_m")}
    return {
        "storm_id": STORM_ID,
        "name": STORM_NAME,
        "issue_s": epoch_s + issued.issue_h * S_PER_H,
        "time_s": epoch_s + issued.hour[k] * S_PER_H,
        "lat_deg": float(issued.lat_deg[k]),
        "lon_deg": float(issued.lon_deg[k]),
        "central_pressure_hpa": float(issued.central_pressure_hpa[k]),
        "max_wind_m_per_s": float(issued.max_wind_m_per_s[k]),
        **{name: float(value) for name, value in radii.items() if np.isfinite(value)},
    }
