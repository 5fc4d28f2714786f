"""How asking for a feed may fail."""

from enum import StrEnum


class Reason(StrEnum):
    """Why an answer was not taken."""

    DOWN = "down"
    STATUS = "status"
    SLOW = "slow"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    REDIRECTED = "redirected"
    REFUSED = "refused"
    MALFORMED = "malformed"


class FetchError(Exception):
    """An answer that was not taken.

    Attributes
    ----------
    reason
        What went wrong.
    detail
        In words, never with a query string: keys stand there.
    retry_after_s
        Pause the server asks for, seconds; 0 where it names none.
    """

    def __init__(self, reason: Reason, detail: str, retry_after_s: float = 0.0) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.retry_after_s = retry_after_s
