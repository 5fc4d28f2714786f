"""What a drill tells: batches of observations by drill time, and a caption of what is happening."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dashboard.store.kinds import Kind


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one kind, ready for the store."""

    kind: Kind
    records: Sequence[dict[str, object]]


class Story(Protocol):
    """A seeded course of events in one area; the same seed tells the same story.

    Times are drill seconds since the story's beginning (`elapsed`) or unix seconds (`epoch_s` is the beginning).
    """

    @property
    def story_s(self) -> float:
        """Length of the story, drill seconds."""
        ...

    @property
    def step_s(self) -> float:
        """Observations come at multiples of this, drill seconds."""
        ...

    @property
    def pace(self) -> float:
        """Factor on the drill's speed; slow dangers are told faster."""
        ...

    def before(self, epoch_s: float) -> list[Batch]:
        """Everything known when the story begins."""
        ...

    def between(self, epoch_s: float, from_s: float, to_s: float) -> list[Batch]:
        """What comes in after elapsed `from_s` and until `to_s`."""
        ...

    def caption(self, elapsed_s: float) -> str:
        """Code of the message ``drill.caption.<code>`` for that moment."""
        ...


def steps_between(from_s: float, to_s: float, step_s: float) -> list[float]:
    """Multiples of `step_s` in (from_s, to_s].

    Examples
    --------
    >>> steps_between(0.0, 250.0, 120.0)
    [120.0, 240.0]
    >>> steps_between(240.0, 250.0, 120.0)
    []
    """
    first = int(from_s // step_s) + 1
    last = int(to_s // step_s)
    return [k * step_s for k in range(first, last + 1)]


def caption_at(captions: Sequence[tuple[float, str]], elapsed_s: float) -> str:
    """Last caption whose time has come; the first one before that.

    Examples
    --------
    >>> caption_at([(0.0, "calm"), (600.0, "heavy")], 700.0)
    'heavy'
    """
    code = captions[0][1]
    for begins_s, text in captions:
        if elapsed_s >= begins_s:
            code = text
    return code
