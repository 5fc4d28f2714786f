"""The one jit decorator of the project.

Kernels run beside each other in threads of a web process, so they release the interpreter lock and never
use numba's own threads (`parallel=True` returns wrong numbers or aborts after a fork). `fastmath` is off:
missing values are NaN and must stay findable.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile `function` lazily for each set of argument types, cached on disk, lock released."""
    return cast(F, njit(cache=True, nogil=True, error_model="numpy")(function))
