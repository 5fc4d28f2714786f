"""Command `drill`: arm, play, replay or stop an area's drill (연습), or tell where it stands."""

import argparse
import sys
import time

from dashboard.settings import Settings
from risk_core.errors import Fault, NotFoundError


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser("drill", help="play, stop or look at the drill (연습) of an area")
    parser.add_argument("action", choices=("start", "replay", "stop", "status"), help="what to do")
    parser.add_argument("--area", default=None, help="the area; the default area when left out")
    parser.add_argument("--seed", type=int, default=None, help="seed of the story; the same seed tells the same story")
    parser.add_argument("--speed", type=float, default=None, help="drill seconds per real second; 1 is real time")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry out the action; a running server follows within a moment."""
    from dashboard.store.library import Library

    settings = settings.replace(area=args.area, drill_seed=args.seed, drill_speed=args.speed)
    library = Library(settings, marks_use=False)
    area_id = library.area(settings.area).area_id
    now_s = time.time()
    if args.action == "stop":
        library.drills.stop(area_id)
    elif args.action == "start":
        library.drills.arm(area_id, settings.drill_seed, settings.drill_speed, now_s)
        library.drills.visit(area_id, now_s)
    elif args.action == "replay" and library.drills.replay(area_id, now_s) is None:
        raise NotFoundError(
            Fault("area", area_id, "an area with a drill", "Start one: `python -m dashboard drill start`.")
        )
    current = library.drills.current(area_id)
    if current is None:
        sys.stdout.write(f"{area_id}: no drill\n")
    else:
        told = (
            f"{current.phase}, seed {current.seed}, speed {current.speed:g}, {current.elapsed_s:.0f} s into the story"
        )
        sys.stdout.write(f"{area_id}: {told} ({current.caption_code})\n")
    return 0
