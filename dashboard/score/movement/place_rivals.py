"""What any model of the next place has to beat: a person's own frequent places, and a Markov chain over them."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

N_PLACE_RANKED: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class PlaceTold:
    """What a model said of each visit before it was known, shape=(n_visit,) each.

    Attributes
    ----------
    rank
        Of the true place, 0 for the first, -1 when not listed.
    prob
        Of the true place.
    first_prob
        Of the place ranked first.
    new_prob
        Of a place new to the person.
    is_new
        Whether it was one.
    """

    rank: NDArray[np.int64]
    prob: NDArray[np.float64]
    first_prob: NDArray[np.float64]
    new_prob: NDArray[np.float64]
    is_new: NDArray[np.bool_]


def tell_rivals(place: NDArray[np.int64], n_place: int, n_before: int) -> tuple[PlaceTold, PlaceTold]:
    """Follow one person with a Markov chain and with counts; both learn each visit after they were asked.

    The chain ranks what followed the present place by count, then the person's other places by count; of equal counts
    the one counted first. For the probabilities each context spreads one visit as the coarser one does (as in
    prediction by partial matching), and counts spread one visit over all other places alike.

    Parameters
    ----------
    place
        The person's visits, oldest first.
    n_place
        Places of the whole file.
    n_before
        First visits that are only learned.

    Returns
    -------
    markov, frequent
        Of the visits after `n_before`.
    """
    often: Counter[int] = Counter()
    follow: dict[int, Counter[int]] = {}
    rows: tuple[list[tuple[float, ...]], list[tuple[float, ...]]] = ([], [])
    for i, to in enumerate(place.tolist()):
        present = int(place[i - 1]) if i else -1
        after = follow.setdefault(present, Counter())
        if i >= n_before:
            frequent = [one for one, _ in often.most_common()]
            chain = [one for one, _ in after.most_common()]
            ranked = [*chain, *(one for one in frequent if one not in after)]
            n_step = after.total()
            for kind, order in enumerate((ranked, frequent)):
                weight = 1.0 if kind else 1.0 / (n_step + 1.0)
                steps = {} if kind else after
                new = weight / (i + 1.0)
                known = weight * often[to] / (i + 1.0) + steps.get(to, 0) / (n_step + 1.0)
                top = order[0] if order else to
                best = weight * often[top] / (i + 1.0) + steps.get(top, 0) / (n_step + 1.0)
                is_new = to not in often
                prob = new / max(n_place - len(often), 1) if is_new else known
                rank = order.index(to) if to in order else -1
                rows[kind].append((rank, prob, best, new, is_new))
        often[to] += 1
        after[to] += 1
    return _told(rows[0]), _told(rows[1])


def join_told(parts: list[PlaceTold]) -> PlaceTold:
    """Put those of several persons one after the other."""
    columns = ("rank", "prob", "first_prob", "new_prob", "is_new")
    return PlaceTold(*(np.concatenate([getattr(one, name) for one in parts]) for name in columns))


def _told(rows: list[tuple[float, ...]]) -> PlaceTold:
    table = np.array(rows).reshape(-1, 5)
    return PlaceTold(table[:, 0].astype(np.int64), table[:, 1], table[:, 2], table[:, 3], table[:, 4] > 0)
