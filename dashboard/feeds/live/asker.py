"""Asks on behalf of one feed: within the round's time and number of questions, remembering what was had."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from dashboard.feeds.live.failure import FetchError, Reason
from dashboard.feeds.live.fetch import Answer, Fetcher, Limits

QUESTION_S: Final = 30.0
ROUND_S: Final = 90.0
MAX_QUESTIONS: Final = 80
"""Questions of one round; indexes name further documents."""
MAX_KEPT_BYTES: Final = 32_000_000


class Asker:
    """Asks for the documents of one feed.

    Parameters
    ----------
    fetcher
        Asks servers.
    clock
        Seconds of any clock that never goes back.
    question_s, round_s
        Longest time of one question, and of all questions of a round.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        clock: Callable[[], float],
        question_s: float = QUESTION_S,
        round_s: float = ROUND_S,
    ) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._question_s = question_s
        self._round_s = round_s
        self._kept: OrderedDict[str, tuple[float, Answer]] = OrderedDict()
        self._n_left = MAX_QUESTIONS
        self._end_s = 0.0

    def begin(self) -> None:
        """Begin a round."""
        self._n_left = MAX_QUESTIONS
        self._end_s = self._clock() + self._round_s

    def __call__(self, url: str, content_types: tuple[str, ...], n_byte: int = 5_000_000, keep_s: float = 0.0) -> bytes:
        """Give the body at an address.

        Raises
        ------
        FetchError
            When it cannot be had within the bounds.
        """
        now_s = self._clock()
        had_s, known = self._kept.get(url, (0.0, None))
        if known is not None and 0 <= now_s - had_s < keep_s:
            return known.body
        left_s = self._end_s - now_s
        if self._n_left <= 0 or left_s <= 0:
            raise FetchError(Reason.SLOW, f"more than {MAX_QUESTIONS} questions or {self._round_s:g} s in one round")
        self._n_left -= 1
        limits = Limits(min(self._question_s, left_s), n_byte, content_types=content_types)
        answer = self._fetcher.fetch(url, limits, known)
        self._keep(url, now_s, answer)
        return answer.body

    def forget(self) -> None:
        """Forget what was had: an answer that could not be read must be sent again, changed or not."""
        self._kept.clear()

    def _keep(self, url: str, now_s: float, answer: Answer) -> None:
        self._kept[url] = (now_s, answer)
        self._kept.move_to_end(url)
        while sum(len(one.body) for _, one in self._kept.values()) > MAX_KEPT_BYTES:
            self._kept.popitem(last=False)
