"""Command `keys`: make, list, revoke and rotate the keys of officials and developers."""

import argparse
import re
import sys
import time
from datetime import UTC, datetime
from typing import Final

from dashboard.settings import Settings
from dashboard.store.keys import Key, Role, Scope
from risk_core.errors import Fault, InputError
from risk_core.units import S_PER_DAY

DEFAULT_SCOPES: Final = (Scope.READ, Scope.ROUTE)
DEFAULT_LASTS: Final = "365d"
MAX_DAYS: Final = 3650


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser("keys", help="make, list, revoke and rotate keys of officials and developers")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    make = actions.add_parser("make", help="make a key; it is shown this once")
    make.add_argument("--name", required=True, help="who holds it, for example 'City hall, night shift'")
    make.add_argument("--role", choices=tuple(Role), default=Role.NONE.value, help="what it may do on the pages")
    make.add_argument(
        "--scopes", default=",".join(DEFAULT_SCOPES), help="what it may do at the API: " + ", ".join(Scope)
    )
    make.add_argument("--expires", default=DEFAULT_LASTS, help="days, as 30d, or never (default: %(default)s)")
    actions.add_parser("list", help="show every key without its secret")
    revoke = actions.add_parser("revoke", help="end a key at once, open sessions too")
    rotate = actions.add_parser("rotate", help="make a key anew; the old one holds for another day")
    for one in (revoke, rotate):
        one.add_argument("key_id", metavar="ID", help="its id, see `keys list`")
    for name, one in actions.choices.items():
        one.set_defaults(run=run, action=name)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry out the action; a running server follows within a second."""
    from dashboard.store.keys import KeyStore

    keys, now_s = KeyStore(settings.database_url), time.time()
    if args.action == "make":
        expires_s = _expires_s(args.expires, now_s)
        _show_once(*keys.make(args.name, Role(args.role), _scopes(args.scopes), expires_s, now_s))
    elif args.action == "rotate":
        _show_once(*keys.rotate(args.key_id, now_s))
    elif args.action == "revoke":
        key = keys.revoke(args.key_id, now_s)
        sys.stdout.write(f"revoked {key.key_id} ({key.name})\n")
    else:
        lines = [_line(key, now_s) for key in keys.list()]
        sys.stdout.write("\n".join(lines) + "\n" if lines else "no keys yet: python -m dashboard keys make --help\n")
    keys.close()
    return 0


def _show_once(key: Key, presented: str) -> None:
    until = "never expires" if key.expires_s is None else f"valid until {_day(key.expires_s)}"
    allows = f"role {key.role}, scopes {' '.join(sorted(key.scopes))}"
    sys.stderr.write(f"Key {key.key_id} of {key.name}: {allows}, {until}. It is shown this once; keep it safe.\n")
    sys.stdout.write(presented + "\n")


def _line(key: Key, now_s: float) -> str:
    state = "valid" if key.is_valid(now_s) else "ended"
    if state == "valid" and key.revoked_s is not None:
        state = f"ends {datetime.fromtimestamp(key.revoked_s, UTC):%Y-%m-%d %H:%M} UTC"
    expires = "never" if key.expires_s is None else _day(key.expires_s)
    scopes = ",".join(sorted(key.scopes))
    follows = f" follows={key.follows}" if key.follows else ""
    allows = f"role={key.role} scopes={scopes}"
    return f"{key.key_id}  {state}  {allows} made={_day(key.made_s)} expires={expires}{follows}  {key.name}"


def _day(time_s: float) -> str:
    return f"{datetime.fromtimestamp(time_s, UTC):%Y-%m-%d}"


def _scopes(word: str) -> tuple[Scope, ...]:
    try:
        return tuple(Scope(part) for part in re.split(r"[\s,]+", word.strip()) if part)
    except ValueError:
        raise InputError(Fault("--scopes", repr(word), "some of " + ", ".join(Scope), "Join them by commas.")) from None


def _expires_s(word: str, now_s: float) -> float | None:
    if word == "never":
        return None
    found = re.fullmatch(r"(\d{1,4})d?", word.strip())
    if not found or not 1 <= int(found[1]) <= MAX_DAYS:
        remedy = "Write for example --expires 90d."
        raise InputError(Fault("--expires", repr(word), f"1d to {MAX_DAYS}d, or never", remedy))
    return now_s + int(found[1]) * S_PER_DAY
