"""The command line: one line a command, each registered by its own room.

Exit status: 0 done, 1 something unforeseen, 2 an input that does not fit (its text on stderr), 130 stopped by Ctrl-C.
"""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Final

from dashboard.observe import logs
from dashboard.serve import children
from dashboard.serve import command as serve
from dashboard.settings import Settings, setting_help
from risk_core.errors import AnsimgilError

EXIT_INPUT: Final = 2
EXIT_STOPPED: Final = 130
SERVING: Final = ("serve", *children.COMMANDS)
"""Commands that have to start quickly and need no other room's command."""
CHATTY: Final = ("alembic", "numexpr", "numba", "werkzeug", "fiona", "pyogrio", "rasterio", "urllib3")


def _area() -> ModuleType:
    from dashboard.areas import command

    return command


def _ingest() -> ModuleType:
    from dashboard.feeds import command

    return command


def _feeds() -> ModuleType:
    from dashboard.feeds.live import command

    return command


def _route() -> ModuleType:
    from dashboard.api import command

    return command


def _path() -> ModuleType:
    from dashboard.api import paths_command

    return paths_command


def _plan() -> ModuleType:
    from dashboard.api.plan import command

    return command


def _score() -> ModuleType:
    from dashboard.score import command

    return command


def _learn() -> ModuleType:
    from dashboard.learn import command

    return command


def _drill() -> ModuleType:
    from dashboard.drills import command

    return command


def _keys() -> ModuleType:
    from dashboard.keys import command

    return command


def _contribute() -> ModuleType:
    from dashboard.contributions import command

    return command


def _store() -> ModuleType:
    from dashboard.store import command

    return command


ROOMS: Final[Mapping[str, Callable[[], ModuleType]]] = {
    "area": _area,
    "ingest": _ingest,
    "feeds": _feeds,
    "route": _route,
    "path": _path,
    "plan": _plan,
    "score": _score,
    "learn": _learn,
    "drill": _drill,
    "keys": _keys,
    "contribute": _contribute,
    "store": _store,
}
"""Command modules by the word of their command, in the order of the list; each is imported when it is asked for."""


def rooms(argv: Sequence[str]) -> tuple[ModuleType, ...]:
    """Command modules that words may ask for: one where the first word names it, else all."""
    first = argv[0] if argv else ""
    if first in SERVING:
        return serve, children
    if first in ROOMS:
        return (ROOMS[first](),)
    return serve, *(room() for room in ROOMS.values()), children


def build_parser(argv: Sequence[str] = ()) -> argparse.ArgumentParser:
    """Make the parser of the commands that `argv` may ask for."""
    parser = argparse.ArgumentParser(
        prog="python -m dashboard",
        description="안심길 Ansimgil: live risk of a city and a safe way round it.",
        epilog="Every setting is also an environment variable ANSIMGIL_<NAME>; see `serve --help`.",
    )
    parser.add_argument("--home", type=Path, default=None, help=setting_help("home"))
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for room in rooms(argv):
        room.register(subparsers)
    return parser


def set_up_log(settings: Settings) -> None:
    """Log to stderr; packages that chat are heard from warnings on."""
    logs.set_up_log(settings.log_level, settings.log_format)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def main(argv: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    """Run one command.

    Parameters
    ----------
    argv
        Words after ``python -m dashboard``.
    environ
        Where settings are read from.

    Returns
    -------
    int
        Exit status.
    """
    args = build_parser(argv).parse_args(argv)
    try:
        settings = Settings.from_environ(environ).replace(home=args.home and args.home.absolute())
        set_up_log(settings)
        return int(args.run(args, settings))
    except AnsimgilError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_INPUT
    except KeyboardInterrupt:
        return EXIT_STOPPED
