"""One parser under atheris, in a process that tests.api.fuzz forked for it.

Only the functions of the modules that parse are instrumented, after everything was imported: instrumenting all that
they import takes longer than a parser's share of a minute.
"""

import importlib
import os
import types
from collections.abc import Sequence
from typing import NoReturn

import atheris

from tests.api.fuzz import PARSED_BY, PARSERS, POINT_REFUSALS, REFUSALS


def instrument_module(name: str) -> None:
    """Let atheris see every branch of the module's own functions and methods."""
    module = importlib.import_module(name)
    holders = [module, *(one for one in vars(module).values() if isinstance(one, type) and one.__module__ == name)]
    for holder in holders:
        for one in list(vars(holder).values()):
            if isinstance(one, types.FunctionType) and one.__module__ == name:
                atheris.instrument_func(one)


def fuzz_one(name: str, options: Sequence[str]) -> NoReturn:
    """Fuzz until the time is over and end the process; whatever is no refusal ends it with the input."""
    parse, _ = PARSERS[name]
    refusals = REFUSALS + (POINT_REFUSALS if name in ("point", "box") else ())
    for module in PARSED_BY[name]:
        instrument_module(module)

    def try_one(data: bytes) -> None:
        try:
            parse(data)
        except refusals:
            return

    atheris.Setup(["fuzz", *options], try_one)
    atheris.Fuzz()
    os._exit(0)
