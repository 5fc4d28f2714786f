"""What was learnt, put to use in an assessment; whatever is wrong with it, the defaults hold and nothing fails."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.learn.endemic import week_quantiles, whole_weeks
from dashboard.learn.learn import usable_book
from dashboard.learn.signals import read_signal
from dashboard.learn.trend import trend_options
from dashboard.learn.weeks import WEEK_DAY, residents, weekly_vintage
from dashboard.store.endemic_models import ENDEMIC_FILES, EndemicModel
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from dashboard.store.models import ModelBook
from dashboard.store.weekly_models import WEEKLY_FILES, WeeklyModel
from risk_core.assess import ASSESS_DEFAULTS, AssessOptions
from risk_core.hazards.epidemic.forecast_options import ForecastOptions
from risk_core.hazards.epidemic.forecaster import forecast_cases
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.situation import DistrictCases, Situation
from risk_core.state.surveillance import Outbreak
from risk_core.units import S_PER_DAY

log = logging.getLogger(__name__)

STALE_DAY: Final = 28
"""A weekly forecast fitted on days older than this is not used."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What an area's assessment uses.

    Attributes
    ----------
    book
        The area's book; an empty one where the defaults hold.
    options
        Settings of the models.
    """

    book: ModelBook
    options: AssessOptions

    @property
    def weights(self) -> Mapping[str, float] | None:
        """Of the sources of cases; None where there are fewer than two."""
        return dict(self.book.weights) or None


def unlearnt(area_id: str) -> Learnt:
    """The defaults."""
    return Learnt(ModelBook(area_id), ASSESS_DEFAULTS)


def learnt_of(book: ModelBook) -> Learnt:
    """Settings of a book that fits this version of the program, else the defaults."""
    book = usable_book(book)
    trend = trend_options(book.trend)
    if trend is None:
        return Learnt(book, ASSESS_DEFAULTS)
    infection = replace(ASSESS_DEFAULTS.infection, trend=trend)
    return Learnt(book, replace(ASSESS_DEFAULTS, infection=infection))


class LearntModels:
    """What each area has learnt, kept ready; safe for one area at a time in several threads.

    Parameters
    ----------
    library
        Areas and their books.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._learnt: dict[str, tuple[ModelBook, Learnt]] = {}
        self._weekly: dict[str, tuple[str, WeeklyModel | None]] = {}
        self._weeks: dict[str, tuple[str, NDArray[np.float64]]] = {}
        self._endemic: dict[str, tuple[str, EndemicModel | None]] = {}

    def of(self, area_id: str, is_drill: bool) -> Learnt:
        """What an area's assessment uses; the defaults during a drill, whose cases are invented."""
        if is_drill:
            return unlearnt(area_id)
        book = self._library.book(area_id)
        held = self._learnt.get(area_id)
        if held is None or held[0] is not book:
            held = self._learnt[area_id] = (book, learnt_of(book))
        return held[1]

    def finish(self, assessment: Assessment, area: Area, situation: Situation, learnt: Learnt) -> Assessment:
        """Name what was learnt in the model version, and take the week totals of the weekly forecast if it is in use.

        The name follows a plus sign, as build facts do in semantic versions.
        """
        book = learnt.book
        if assessment.outbreak is None or not book.identity:
            return assessment
        named = replace(assessment, model_version=f"{assessment.model_version}+{book.identity}")
        outbreak = assessment.outbreak
        if situation.cases is None:
            return named
        try:
            if book.weekly_id:
                weeks = self._week_totals(area, situation, book.weekly_id, outbreak.forecast.from_s)
                outbreak = with_weeks(outbreak, weeks)
            if book.endemic_id:
                outbreak = with_weeks(outbreak, self._endemic_totals(area, book.endemic_id, outbreak))
        except Exception:
            log.exception("%s: a weekly forecast failed; the simpler one gives the week totals", area.area_id)
        return replace(named, outbreak=outbreak)

    def _endemic_totals(self, area: Area, endemic_id: str, outbreak: Outbreak) -> NDArray[np.float64] | None:
        """Totals of the next four weeks by the endemic-epidemic model, shape=(4, n_district + 1, 23).

        NaN for districts that it leaves out; the whole area is told only where it leaves none out.
        """
        held = self._endemic.get(area.area_id)
        if held is None or held[0] != endemic_id:
            read = ENDEMIC_FILES.read(self._library.settings.home, area.area_id, endemic_id)
            held = self._endemic[area.area_id] = endemic_id, read
        model = held[1]
        if model is None or model.area_hash != area.content_hash:
            return None
        corrected = DistrictCases(outbreak.day_s, outbreak.expected[:, :-1])
        daily = newest_days(model, corrected, outbreak.forecast.from_s)
        if daily is None:
            return None
        found = week_quantiles(model.fit, whole_weeks(daily[:, model.place]))
        out = np.full((len(found), len(area.districts) + 1, found.shape[2]), np.nan)
        out[:, model.place] = found[:, :-1]
        if model.place.size == len(area.districts):
            out[:, -1] = found[:, -1]
        return out

    def _week_totals(
        self, area: Area, situation: Situation, weekly_id: str, from_s: float
    ) -> NDArray[np.float64] | None:
        """Totals of the four weeks from a day on; made anew only when cases or a second signal changed."""
        cases, store = situation.cases, self._library.observations
        assert cases is not None, "without cases there is no outbreak"
        told = str(store.change_count(area.area_id, Kind.SIGNALS))
        facts = (weekly_id, area.content_hash, str(from_s), told, cases.day_s.tobytes().hex()[:32])
        key = hashlib.sha256("/".join(facts).encode() + np.ascontiguousarray(cases.count).tobytes()).hexdigest()
        held = self._weeks.get(area.area_id)
        if held is not None and held[0] == key:
            return held[1]
        model = self._model(area, weekly_id)
        vintage_end = None if model is None else newest_days(model, cases, from_s)
        if model is None or vintage_end is None:
            return None
        vintage = weekly_vintage(vintage_end, from_s)
        if model.signal:
            signal = read_signal(store, area, situation.now_s, model.signal)
            vintage = signal.join(vintage, from_s, situation.now_s)
        _, found = forecast_cases(model.fitted, vintage, residents(area), ForecastOptions())
        self._weeks[area.area_id] = key, found
        return found

    def _model(self, area: Area, weekly_id: str) -> WeeklyModel | None:
        held = self._weekly.get(area.area_id)
        if held is None or held[0] != weekly_id:
            model = WEEKLY_FILES.read(self._library.settings.home, area.area_id, weekly_id)
            held = self._weekly[area.area_id] = weekly_id, model
        model = held[1]
        return model if model is not None and model.area_hash == area.content_hash else None


def with_weeks(outbreak: Outbreak, week: NDArray[np.float64] | None) -> Outbreak:
    """The same course with other week totals where these and its own are known."""
    if week is None:
        return outbreak
    forecast = outbreak.forecast
    told = np.where(np.isfinite(week) & np.isfinite(forecast.week), week, forecast.week)
    return replace(outbreak, forecast=replace(forecast, week=told))


def newest_days(model: WeeklyModel | EndemicModel, cases: DistrictCases, from_s: float) -> NDArray[np.float64] | None:
    """Whole weeks of days up to `from_s`: those of the fit, the newest ones as known now; None where these do not meet.

    Parameters
    ----------
    model
        With its days.
    cases
        As known now, the last weeks of them.
    from_s
        First day ahead, unix seconds.

    Returns
    -------
    float64 array or None
        shape=(n_day, n_district), NaN where unknown.
    """
    fit_end_s = model.first_s + len(model.count) * S_PER_DAY
    if not 0 <= from_s - fit_end_s <= STALE_DAY * S_PER_DAY or cases.day_s[0] > fit_end_s:
        return None
    n_day = round((from_s - model.first_s) / S_PER_DAY)
    count = np.full((n_day, model.count.shape[1]), np.nan)
    count[: len(model.count)] = model.count
    for day_s, row in zip(cases.day_s, cases.count, strict=True):
        at = round((day_s - model.first_s) / S_PER_DAY)
        if 0 <= at < n_day:
            count[at] = row
    return count[n_day % WEEK_DAY :]
