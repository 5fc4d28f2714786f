"""One round of learning for one area: measure, refit, judge, write down."""

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.learn.endemic import judge_endemic, touching, try_endemic
from dashboard.learn.history import CaseHistory, read_history
from dashboard.learn.origins import HORIZON_DAY, N_TRAINING, Score, Stop, score_trend, split_origins
from dashboard.learn.signals import Signal, fullest_signal
from dashboard.learn.trend import judge, options_values, search_options, trend_options
from dashboard.learn.weekly import LEAST_WEEK, judge_weekly, n_weeks, trend_weeks, try_weekly
from dashboard.learn.weeks import WEEK_DAY, WeekOrigin, week_origins
from dashboard.learn.weights import named_weights, scoring_weights, source_records, source_skill
from dashboard.store.endemic_models import ENDEMIC_FILES, EndemicModel
from dashboard.store.library import Library
from dashboard.store.models import (
    Cause,
    Decision,
    HorizonRecord,
    ModelBook,
    Subject,
    Verdict,
    book_locked,
    read_book,
    write_book,
)
from dashboard.store.people import read_trip_matrix
from dashboard.store.weekly_models import WEEKLY_FILES, WeeklyModel
from risk_core.assess import MODEL_VERSION
from risk_core.hazards.epidemic.endemic import neighbourhood_orders
from risk_core.hazards.epidemic.forecast_options import ForecastOptions
from risk_core.hazards.epidemic.options import TREND_DEFAULTS, TrendOptions
from risk_core.units import S_PER_DAY

log = logging.getLogger(__name__)

WEEKLY_EVERY_S: Final = 6.5 * S_PER_DAY
"""The loop fits the weekly forecast anew when a new week is there; it learns nothing from less."""
N_WORD: Final = 300
"""Characters kept of an error."""


class OverBudgetError(Exception):
    """Learning took longer than it may."""


@dataclass(frozen=True, slots=True)
class LearnOptions:
    """How a round is made.

    Attributes
    ----------
    is_dry
        Nothing is written.
    weekly_every_s
        The weekly forecast is tried again this long after its last trial; 0 always.
    n_training
        Origins that choose the trend's settings, at most.
    forecast
        Settings of the weekly forecast.
    """

    is_dry: bool = False
    weekly_every_s: float = 0.0
    n_training: int = N_TRAINING
    forecast: ForecastOptions = ForecastOptions()  # noqa: RUF009 (frozen)


def learn_area(
    library: Library,
    area_id: str,
    now_s: float,
    options: LearnOptions,
    took_s: Callable[[], float],
    stop: Stop = lambda: None,
) -> tuple[Decision, ...]:
    """Learn from everything observed of an area's cases up to a moment.

    Parameters
    ----------
    library
        Areas and stores.
    area_id
        The area.
    now_s
        The present; nothing known later is read, unix seconds.
    options
        How.
    took_s
        Seconds since the round began, for the record.
    stop
        Called between two pieces of work; raises to end them.

    Returns
    -------
    tuple of Decision
        One a subject that was tried, as written down; none where no case is observed.
    """
    area, home = library.area(area_id), library.settings.home
    history = read_history(library.observations, area, now_s)
    if not history.rows:
        return ()
    with book_locked(home, area_id):
        book = usable_book(read_book(home, area_id))
        round_ = _Round(history, book, options, took_s, stop)
        decisions = [round_.trend()]
        if _is_weekly_due(book, now_s, options):
            trips = read_trip_matrix(library.observations, area, now_s)
            signal = fullest_signal(library.observations, area, now_s)
            decisions += [round_.weekly(signal), round_.endemic(trips)]
        if not options.is_dry:
            book = round_.book
            if round_.fitted is not None:
                weekly_id = WEEKLY_FILES.write(home, area_id, round_.fitted)
                book = replace(book, weekly_id=weekly_id, signal=round_.fitted.signal)
            if round_.small_areas is not None:
                book = replace(book, endemic_id=ENDEMIC_FILES.write(home, area_id, round_.small_areas))
            write_book(home, book)
            WEEKLY_FILES.keep(home, area_id, book.weekly_id)
            ENDEMIC_FILES.keep(home, area_id, book.endemic_id)
    return tuple(decisions)


def usable_book(book: ModelBook) -> ModelBook:
    """The book; with the defaults in use where what it holds belongs to another version of the program."""
    is_ours = book.model_version in {"", MODEL_VERSION}
    if is_ours and (not book.trend or trend_options(book.trend) is not None):
        return book
    log.warning("%s: settings learnt by another version are not used, the defaults hold", book.area_id)
    return ModelBook(book.area_id, decisions=book.decisions)


def note_failure(library: Library, area_id: str, now_s: float, cause: Cause, detail: str, took_s: float) -> None:
    """Write down that a round failed; what was in use stays.

    Raises
    ------
    BlockingIOError
        When another process learns the same area; this never waits.
    """
    home = library.settings.home
    with book_locked(home, area_id, waits=False):
        write_book(home, read_book(home, area_id).noting(failure(now_s, Subject.TREND, cause, detail, took_s)))


def failure(now_s: float, subject: Subject, cause: Cause, detail: str, took_s: float) -> Decision:
    """Record of a round that failed."""
    words = detail[:N_WORD]
    return Decision(now_s, subject, Verdict.FAILED, cause, words, took_s=took_s, model_version=MODEL_VERSION).with_id()


def _is_weekly_due(book: ModelBook, now_s: float, options: LearnOptions) -> bool:
    former = book.newest(Subject.WEEKLY)
    return former is None or not 0 <= now_s - former.made_s < options.weekly_every_s


class _Round:
    """The parts of one round; `book` grows with each decision."""

    def __init__(
        self, history: CaseHistory, book: ModelBook, options: LearnOptions, took_s: Callable[[], float], stop: Stop
    ) -> None:
        self.book = replace(book, model_version=MODEL_VERSION)
        self.fitted: WeeklyModel | None = None
        self.small_areas: EndemicModel | None = None
        self._made: Mapping[float, NDArray[np.float64]] = {}
        self._history, self._options, self._took_s, self._stop = history, options, took_s, stop
        self._skill = source_skill(history, history.now_s)
        self._sources = source_records(history, self._skill, dict(book.weights))
        self.book = replace(self.book, weights=tuple(named_weights(history, self._skill).items()))

    def trend(self) -> Decision:
        """Refit the trend's settings."""
        incumbent = trend_options(self.book.trend) or TREND_DEFAULTS
        return self._note(Subject.TREND, lambda: self._try_trend(incumbent))

    def weekly(self, signal: Signal | None) -> Decision:
        """Refit the weekly forecast; one that failed leaves the former in use, one that lost gives way to the trend.

        With a second signal it is fitted twice, and what was better on the last origins is judged.
        """
        decision = self._note(Subject.WEEKLY, lambda: self._try_weekly(signal))
        if decision.verdict in {Verdict.REFUSED, Verdict.TOO_SHORT}:
            self.book = replace(self.book, weekly_id="", signal="")
        return decision

    def endemic(self, trips: NDArray[np.float64] | None) -> Decision:
        """Refit the endemic-epidemic model; one that failed leaves the former, one that lost gives way."""
        decision = self._note(Subject.ENDEMIC, lambda: self._try_endemic(trips))
        if decision.verdict in {Verdict.REFUSED, Verdict.TOO_SHORT}:
            self.book = replace(self.book, endemic_id="")
        return decision

    def _note(self, subject: Subject, trying: Callable[[], Decision]) -> Decision:
        """Try; whatever goes wrong is written down instead of ending the round."""
        now_s = self._history.now_s
        try:
            decision = trying()
        except OverBudgetError as error:
            decision = failure(now_s, subject, Cause.BUDGET, str(error), self._took_s())
        except Exception as error:
            log.exception("%s: learning the %s failed; what was in use stays", self.book.area_id, subject)
            decision = failure(now_s, subject, Cause.ERROR, f"{type(error).__name__}: {error}", self._took_s())
        self.book = self.book.noting(decision)
        if decision.subject is Subject.TREND and decision.verdict is Verdict.ACCEPTED:
            made = self.book.decisions[-1]
            self.book = replace(self.book, trend=made.settings_after, trend_id=made.record_id)
        return self.book.decisions[-1]

    def _decision(self, subject: Subject, verdict: Verdict, cause: Cause, **more: Any) -> Decision:
        first_s, last_s = self._history.span_s
        return Decision(
            self._history.now_s,
            subject,
            verdict,
            cause,
            first_day_s=first_s,
            last_day_s=last_s,
            sources=self._sources,
            took_s=round(self._took_s(), 2),
            model_version=MODEL_VERSION,
            **more,
        )

    def _try_trend(self, incumbent: TrendOptions) -> Decision:
        weights = scoring_weights(self._history) or None
        training, scored = split_origins(self._history, weights, self._stop, self._options.n_training)
        before = options_values(incumbent)
        if not scored:
            cause = Cause.SHORT_HISTORY
            return self._decision(Subject.TREND, Verdict.TOO_SHORT, cause, settings_before=before)
        candidate, _ = search_options(training, incumbent, self._stop)
        old = score_trend(scored, incumbent, self._stop)
        new = old if candidate == incumbent else score_trend(scored, candidate, self._stop)
        verdict, cause = judge(old, new, candidate == incumbent)
        return self._decision(
            Subject.TREND,
            verdict,
            cause,
            settings_before=before,
            settings_after=options_values(candidate),
            **_scores(old, new, HORIZON_DAY),
            n_origin=len(scored),
            first_origin_s=scored[0].at_s,
            last_origin_s=scored[-1].at_s,
            n_training=len(training),
        )

    def _try_weekly(self, signal: Signal | None) -> Decision:
        trial = joined = None
        if n_weeks(self._history) >= LEAST_WEEK:
            trend = trend_options(self.book.trend) or TREND_DEFAULTS
            weights = scoring_weights(self._history)
            told = self._history, weights, trend, self._options.forecast, self._stop
            trial = try_weekly(*told)
            joined = None if signal is None else try_weekly(*told, signal)
        both: tuple[tuple[str, float], ...] = ()
        if trial is not None and joined is not None:
            both = (("without_signal", round(trial.score.mean, 4)), ("with_signal", round(joined.score.mean, 4)))
            trial = min((trial, joined), key=lambda one: one.score.mean)
        if trial is None:
            return self._decision(Subject.WEEKLY, Verdict.TOO_SHORT, Cause.SHORT_HISTORY)
        verdict, cause = judge_weekly(trial.score)
        if verdict is Verdict.ACCEPTED:
            self.fitted, self._made = trial.model, trial.made
        return self._against_one(Subject.WEEKLY, verdict, cause, trial.score, trial.origins, settings_after=both)

    def _try_endemic(self, trips: NDArray[np.float64] | None) -> Decision:
        """Against the weekly forecast where it was taken in this round, else against the trend's week totals."""
        history, weights = self._history, scoring_weights(self._history)
        trend = trend_options(self.book.trend) or TREND_DEFAULTS
        trial = None
        if n_weeks(history) >= LEAST_WEEK:

            def rival(origin: WeekOrigin) -> NDArray[np.float64] | None:
                if self._made:
                    return self._made.get(origin.end_s)
                return trend_weeks(history, weights, trend, origin)

            order = neighbourhood_orders(touching(history.area)).astype(np.float64)
            origins = list(week_origins(history, weights, self._stop))
            trial = try_endemic(history, weights, origins, rival, (order, trips), self._stop)
        if trial is None:
            return self._decision(Subject.ENDEMIC, Verdict.TOO_SHORT, Cause.SHORT_HISTORY)
        verdict, cause = judge_endemic(trial.score)
        if verdict is Verdict.ACCEPTED:
            self.small_areas = trial.model
        chosen = tuple((f"log_score_{kind}", round(score, 5)) for kind, score in trial.tried.items())
        return self._against_one(Subject.ENDEMIC, verdict, cause, trial.score, trial.origins, settings_after=chosen)

    def _against_one(
        self, subject: Subject, verdict: Verdict, cause: Cause, score: Score, origins: tuple[float, ...], **more: Any
    ) -> Decision:
        """Decision on a score that is relative to what it is measured against, which so has 1."""
        ones = Score(tuple(1.0 if math.isfinite(one) else math.nan for one in score.horizon), 1.0)
        days = tuple(WEEK_DAY * (k + 1) for k in range(len(score.horizon)))
        return self._decision(
            subject,
            verdict,
            cause,
            **_scores(ones, score, days),
            n_origin=len(origins),
            first_origin_s=origins[0],
            last_origin_s=origins[-1],
            **more,
        )


def _scores(before: Score, after: Score, horizon_day: tuple[int, ...]) -> dict[str, Any]:
    pairs = zip(horizon_day, before.horizon, after.horizon, strict=True)
    return {
        "score_before": before.mean,
        "score_after": after.mean,
        "horizons": tuple(HorizonRecord(*one) for one in pairs),
    }
