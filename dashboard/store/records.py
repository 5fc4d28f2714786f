"""Frozen records to plain JSON values and back, driven by their annotations.

Numbers that JSON does not know (NaN, infinities) are written as Python's `json` module writes and reads them.
Short arrays become ``{"dtype", "shape", "values"}``; long ones belong into array files instead.
"""

import dataclasses
import types
import typing
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, TypeVar

import numpy as np

R = TypeVar("R")


def record_to_json(value: object) -> Any:
    """Plain dicts, lists, words and numbers of a record and all it holds.

    Raises
    ------
    TypeError
        For a value no record holds.

    Examples
    --------
    >>> from risk_core.state.situation import SourceStatus
    >>> record_to_json(SourceStatus("gauge", "rain", 12.0, 3, False))["newest_s"]
    12.0
    """
    if isinstance(value, np.ndarray):
        return {"dtype": value.dtype.str, "shape": list(value.shape), "values": value.ravel().tolist()}
    if dataclasses.is_dataclass(value):
        return {f.name: record_to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {str(key): record_to_json(one) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [record_to_json(one) for one in value]
    raise TypeError(f"cannot keep {type(value).__name__} in JSON")


def record_from_json(kind: type[R], value: Any) -> R:
    """Build the record `kind` that `record_to_json` made `value` of.

    Fields with a default may be absent, so that a record may grow.

    Raises
    ------
    KeyError, TypeError, ValueError
        When `value` is no such record.
    """
    hints = _hints(typing.cast(Any, kind))
    required = {f.name for f in dataclasses.fields(kind) if f.default is dataclasses.MISSING}  # type: ignore[arg-type]
    given = {name: value[name] for name in hints if name in value or name in required}
    return kind(**{name: _read(hints[name], one) for name, one in given.items()})


def record_from_parts(kind: type[R], value: Mapping[str, Any], ready: Mapping[str, object]) -> R:
    """Build the record `kind` of fields that are ready as they are, large arrays, and of JSON for the others."""
    hints = _hints(typing.cast(Any, kind))
    return kind(**{name: ready[name] if name in ready else _read(hint, value[name]) for name, hint in hints.items()})


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {f.name: hints[f.name] for f in dataclasses.fields(kind)}


def _read(hint: Any, value: Any) -> Any:
    """One value by its annotation."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return None if value is None else _read(next(one for one in inner if one is not types.NoneType), value)
    if origin is tuple:
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_read(one, part) for one, part in zip(kinds, value, strict=True))
    if origin is np.ndarray:
        return np.array(value["values"], dtype=np.dtype(value["dtype"])).reshape(value["shape"])
    if dataclasses.is_dataclass(hint):
        return record_from_json(typing.cast(type, hint), value)
    if isinstance(hint, type):
        return hint(value)
    raise TypeError(f"no way back from JSON to {hint}")
