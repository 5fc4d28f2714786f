"""Next places chosen on one part of the visits and asked for one by one in the last."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.score.movement.place_rivals import PlaceTold, join_told, tell_rivals
from risk_core.movement.next_place import replay_person
from risk_core.movement.place_record import PlaceModel, PlaceOptions, PlaceQuestion, PlaceVisits
from risk_core.movement.place_teaching import teach_places
from risk_core.scores.bootstrap import block_bootstrap_ratio
from risk_core.scores.ranked import rank_scores, reliability

DECAYS: Final = ("lately_day", "season_day", "habit_day", "step_day", "steps_day")
MEMORIES: Final = (1.0, 0.5, 2.0, 4.0)
"""Factors on all decay times tried on the validation part."""
ESCAPES: Final = (8.0, 2.0)
PERSON_RATES: Final = (0.003, 0.001, 0.01)
LEAST_PROB: Final = 1e-300
QUESTIONS: Final = {PlaceQuestion.NEXT: "time of the visit unknown", PlaceQuestion.AT_TIME: "time of the visit known"}


@dataclass(frozen=True, slots=True, eq=False)
class VisitParts:
    """All visits, each person's together and in the order of the files.

    Attributes
    ----------
    person, place
        Numbers; places in the order they first appear.
    time_s
        Local clock, made not to fall where a clock is put back.
    part
        0 train, 1 valid, 2 test.
    """

    person: NDArray[np.int64]
    place: NDArray[np.int64]
    time_s: NDArray[np.float64]
    part: NDArray[np.int64]


def number_visits(rows: pd.DataFrame) -> VisitParts:
    """Number users and places by first appearance and put each user's visits together."""
    person, place = pd.factorize(rows["user"])[0], pd.factorize(rows["place"])[0]
    order = np.argsort(person, kind="stable")
    local_s = rows["local_s"].groupby(person).cummax().to_numpy(float)
    part = rows["part"].map({"train": 0, "valid": 1, "test": 2}).to_numpy(np.int64)
    return VisitParts(person[order].astype(np.int64), place[order].astype(np.int64), local_s[order], part[order])


def score_visits(visits: VisitParts) -> dict[str, Any]:
    """Choose on the valid part, teach on train and valid, ask for every visit of the test part.

    The crowd's counts and the common weights stand still in the test part; each person's history and own weights go
    on learning, so that the order of persons does not matter and nobody's later visits tell of another's.
    """
    user = visits.person[visits.part == 2]
    markov, frequent = _rivals(visits)
    models, chosen = [], {}
    for question, words in QUESTIONS.items():
        options, tried = choose_options(visits, PlaceOptions(question=question))
        model = _teach(visits, 1, options)
        began = time.process_time()
        told = _replay(visits, model, 1, 2)
        spent_s = time.process_time() - began
        models.append({
            **_figures(f"own habits, {words}", told),
            "against_markov": {f"acc_{k}": _against(user, told, markov, k) for k in (1, 5, 10)},
            "event_us": 1e6 * spent_s / len(visits.person),
        })  # fmt: skip
        chosen[question.value] = {"chosen": asdict(options), "tried": tried}
    models += [_figures("Markov chain of each user", markov), _figures("most frequent places", frequent)]
    return {"models": models, "chosen_on_valid": chosen}


def choose_options(visits: VisitParts, options: PlaceOptions) -> tuple[PlaceOptions, list[dict[str, float]]]:
    """Try decay times, then escapes, then rates, taught on train, by the log loss of the valid part."""
    tried: list[dict[str, float]] = []
    found: dict[PlaceOptions, float] = {}

    def loss_of(one: PlaceOptions) -> float:
        if one not in found:
            common = replace(one, person_rate=options.person_rate)
            if common not in taught:
                taught[common] = _teach(visits, 0, common)
            found[one] = _log_loss(_replay(visits, replace(taught[common], options=one), 0, 1))
            values = {name: getattr(one, name) for name in (*DECAYS, "escape", "person_rate")}
            tried.append({**values, "log_loss": found[one]})
        return found[one]

    taught: dict[PlaceOptions, PlaceModel] = {}
    scaled = [replace(options, **{name: by * getattr(options, name) for name in DECAYS}) for by in MEMORIES]
    best = min(scaled, key=loss_of)
    best = min([replace(best, escape=escape) for escape in ESCAPES], key=loss_of)
    best = min([replace(best, person_rate=rate) for rate in PERSON_RATES], key=loss_of)
    return best, tried


def _teach(visits: VisitParts, last_part: int, options: PlaceOptions) -> PlaceModel:
    known = visits.part <= last_part
    return teach_places(PlaceVisits(visits.person[known], visits.place[known], visits.time_s[known]), options)


def _persons(visits: VisitParts, last_part: int) -> Sequence[slice]:
    """Visits of each person up to a part; the parts follow each other."""
    n_person = int(visits.person.max()) + 1
    first = np.searchsorted(visits.person, np.arange(n_person))
    n_known = np.bincount(visits.person[visits.part <= last_part], minlength=n_person)
    return [slice(int(a), int(a + n)) for a, n in zip(first, n_known, strict=True)]


def _replay(visits: VisitParts, model: PlaceModel, taught_part: int, asked_part: int) -> PlaceTold:
    """What the model says of the visits of one part."""
    taught = _persons(visits, taught_part)
    parts = []
    for known, every in zip(taught, _persons(visits, asked_part), strict=True):
        history, told = replay_person(model, visits.place[every], visits.time_s[every], known.stop - known.start)
        asked = visits.part[every] == asked_part
        is_new = np.diff(np.maximum.accumulate(history.own), prepend=-1) > 0
        parts.append(PlaceTold(told[asked, 0].astype(np.int64), *told[asked, 1:].T, is_new[asked]))
    return join_told(parts)


def _rivals(visits: VisitParts) -> tuple[PlaceTold, PlaceTold]:
    n_place = int(visits.place.max()) + 1
    told = [
        tell_rivals(visits.place[every], n_place, known.stop - known.start)
        for known, every in zip(_persons(visits, 1), _persons(visits, 2), strict=True)
    ]
    return join_told([one for one, _ in told]), join_told([one for _, one in told])


def _against(user: NDArray[np.int64], ours: PlaceTold, theirs: PlaceTold, k: int) -> dict[str, Any]:
    """Ratio of the shares of true places among the first k, with its 95 % interval over the luck of users."""
    hits = [np.bincount(user, (one.rank >= 0) & (one.rank < k)) for one in (ours, theirs)]
    low, high = block_bootstrap_ratio(hits[0], hits[1], block=1)
    ratio = hits[0].sum() / hits[1].sum() if hits[1].any() else np.nan
    return {"ratio": _told(ratio), "interval": [_told(low), _told(high)]}


def _told(figure: float) -> float | None:
    """A figure, or None where there is none."""
    return float(figure) if np.isfinite(figure) else None


def _log_loss(told: PlaceTold) -> float:
    return float(-np.log(np.maximum(told.prob, LEAST_PROB)).mean())


def _figures(name: str, told: PlaceTold) -> dict[str, Any]:
    first = reliability(np.minimum(told.first_prob, 1.0), told.rank == 0)
    known = np.where(told.is_new, told.new_prob, told.prob)
    return {
        "model": name,
        "n_row": len(told.rank),
        **asdict(rank_scores(told.rank)),
        "log_loss": _log_loss(told),
        "log_loss_new_as_one": float(-np.log(np.maximum(known, LEAST_PROB)).mean()),
        "new_share": float(told.is_new.mean()),
        "new_prob": float(told.new_prob.mean()),
        "calibration_error": first.calibration_error,
        "reliability": [
            {"low": float(low), "high": float(high), "n": int(n), "mean_prob": float(p), "hit_share": float(hit)}
            for low, high, n, p, hit in zip(
                first.low, first.high, first.n, first.mean_prob, first.hit_share, strict=True
            )
            if n
        ],
    }  # fmt: skip
