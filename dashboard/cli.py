"""The command line: one line a command, each registered by its own room.

Exit status: 0 done, 1 something unforeseen, 2 an input that does not fit (its text on stderr), 130 stopped by Ctrl-C.
"""

import argparse
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from dashboard import serve
from dashboard.settings import Settings, setting_help
from risk_core.errors import AnsimgilError

EXIT_INPUT: Final = 2
EXIT_STOPPED: Final = 130
LOG_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def build_parser() -> argparse.ArgumentParser:
    """Make the parser of every command; importing and building it loads nothing heavy."""
    parser = argparse.ArgumentParser(
        prog="python -m dashboard",
        description="안심길 Ansimgil: live risk of a city and a safe way round it.",
        epilog="Every setting is also an environment variable ANSIMGIL_<NAME>; see `serve --help`.",
    )
    parser.add_argument("--home", type=Path, default=None, help=setting_help("home"))
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for room in (serve,):
        room.register(subparsers)
    return parser


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
    args = build_parser().parse_args(argv)
    try:
        settings = Settings.from_environ(environ).replace(home=args.home and args.home.absolute())
        logging.basicConfig(level=settings.log_level.upper(), format=LOG_FORMAT, stream=sys.stderr)
        return int(args.run(args, settings))
    except AnsimgilError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_INPUT
    except KeyboardInterrupt:
        return EXIT_STOPPED
