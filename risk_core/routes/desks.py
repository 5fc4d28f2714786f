"""Desks for searches: lent to one search at a time and kept for the next, whichever thread asks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from risk_core.kernels.hierarchy import Tree
from risk_core.kernels.reroute import Desk, new_desk

N_KEPT: Final = 4
"""Free desks kept of all hierarchies together: more searches than cores run at once only for moments."""

_LOCK: Final = threading.Lock()
_FREE: Final[list[Desk]] = []


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
