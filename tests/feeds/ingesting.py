"""The command `ingest` and what it left in the store."""

import argparse

from dashboard.feeds import command
from dashboard.settings import Settings
from dashboard.store.kinds import Kind
from dashboard.store.observations import ObservationStore


def ingest(settings: Settings, *words: object) -> int:
    parser = argparse.ArgumentParser()
    command.register(parser.add_subparsers())
    args = parser.parse_args(["ingest", *map(str, words)])
    return int(args.run(args, settings))


def rows(settings: Settings, kind: Kind = Kind.RAIN) -> list[dict[str, object]]:
    return ObservationStore(settings.database_url).rows(kind, "tiny")
