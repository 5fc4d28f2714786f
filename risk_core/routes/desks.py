"""Desks and sheets for searches: lent to one search at a time and kept for the next, whichever thread asks."""

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import numpy as np

from risk_core.kernels.hierarchy import Tree
from risk_core.kernels.lazy import Sheet, new_sheet
from risk_core.kernels.reroute import Desk, new_desk
from risk_core.kernels.unpack import Customised

N_KEPT: Final = 4
"""Free desks kept of all hierarchies together, and free sheets of all metrics: more searches than cores run at once
only for moments."""


class _Written(NamedTuple):
    """A sheet, and the weights upward it is a copy of, which may be gone."""

    up: "weakref.ref[Any]"
    sheet: Sheet


_LOCK: Final = threading.Lock()
_FREE: Final[list[Desk]] = []
_WRITTEN: Final[list[_Written]] = []


@contextmanager
def lent_desk(tree: Tree) -> Iterator[Desk]:
    """Lend a desk that fits a hierarchy; after an error it is not used again.

    Parameters
    ----------
    tree
        Of the hierarchy to search.
    """
    desk = _take(tree) or new_desk(tree)
    yield desk
    with _LOCK:
        _FREE.append(desk)
        del _FREE[:-N_KEPT]


def _take(tree: Tree) -> Desk | None:
    """A free desk as long as the hierarchy, the one used last first."""
    height = int(tree.key[-1]) + 1 if tree.key.size else 0
    with _LOCK:
        for i in range(len(_FREE) - 1, -1, -1):
            if len(_FREE[i].label) == tree.parent.size and _FREE[i].chain.size >= height:
                return _FREE.pop(i)
    return None


@contextmanager
def lent_sheet(weights: Customised) -> Iterator[Sheet]:
    """Lend a sheet with a copy of weights; after an error it is not used again.

    Parameters
    ----------
    weights
        Of the hierarchy to search; not changed as long as anyone holds them.
    """
    sheet = _take_sheet(weights) or new_sheet(weights.up, weights.down)
    yield sheet
    with _LOCK:
        _WRITTEN.append(_Written(weakref.ref(weights.up), sheet))
        del _WRITTEN[:-N_KEPT]


def _take_sheet(weights: Customised) -> Sheet | None:
    """A free copy of the weights, or a free sheet as large with the weights copied onto it."""
    with _LOCK:
        same = [i for i, kept in enumerate(_WRITTEN) if kept.up() is weights.up]
        large = [i for i, kept in enumerate(_WRITTEN) if len(kept.sheet.up) == len(weights.up)]
        if not same and not large:
            return None
        sheet = _WRITTEN.pop(same[-1] if same else large[0]).sheet
    if not same:
        np.copyto(sheet.up, weights.up)
        np.copyto(sheet.down, weights.down)
    return sheet
