"""Hidden command `warm`: what `serve` runs before it starts the engine and the web processes."""

import argparse
import sys

from dashboard.settings import Settings


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command; it has no line in the list, since nobody needs to give it."""
    parser = subparsers.add_parser("warm", description="Compile every kernel.")
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace, settings: Settings) -> int:
    """Compile every kernel; one line on stdout for each step: share done and name."""
    from dashboard.warm.kernels import warm_kernels

    def tell(step: str, share: float) -> None:
        sys.stdout.write(f"{share:.3f} {step}\n")
        sys.stdout.flush()

    warm_kernels(settings.home, tell)
    return 0
