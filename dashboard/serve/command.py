"""The `serve` command."""

import argparse
import os
import signal
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dashboard.observe.folder import FOLDER_VARIABLE, measures_folder
from dashboard.prepare.certificate import ensure_certificate
from dashboard.prepare.state import is_prepared
from dashboard.serve.processes import hold_lock
from dashboard.serve.supervise import prepare, supervise
from dashboard.settings import CHECKOUT, Settings, setting_help, settings_table
from dashboard.store.criteria import criteria_of
from dashboard.store.feed_states import forget_feed_states
from dashboard.store.soundness import faults_at_start, suspicion
from risk_core.errors import Fault, InputError

OPTIONS: Final = (
    "area", "host", "port", "drill", "samples", "drill_speed", "drill_seed", "workers", "threads", "live", "feeds",
    "tls", "tls_cert", "tls_key",
)  # fmt: skip
"""Settings that are options too."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "serve",
        help="serve every installed area: page, API and refresh loop together",
        epilog="Every setting, as an environment variable:\n" + settings_table(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--area", help=setting_help("area"))
    parser.add_argument("--host", help=setting_help("host"))
    parser.add_argument("--port", type=int, help=setting_help("port"))
    parser.add_argument("--home", type=Path, default=argparse.SUPPRESS, help=setting_help("home"))
    parser.add_argument("--no-drill", action="store_const", const=False, dest="drill", help="no drill in sample areas")
    parser.add_argument("--no-samples", action="store_const", const=False, dest="samples", help="build no sample areas")
    parser.add_argument("--speed", type=float, dest="drill_speed", help=setting_help("drill_speed"))
    parser.add_argument("--seed", type=int, dest="drill_seed", help=setting_help("drill_seed"))
    parser.add_argument("--live", action="store_const", const=True, help=setting_help("live"))
    parser.add_argument("--feeds", help=setting_help("feeds"))
    parser.add_argument("--tls", action="store_const", const=True, help=setting_help("tls"))
    parser.add_argument("--tls-cert", help=setting_help("tls_cert"))
    parser.add_argument("--tls-key", help=setting_help("tls_key"))
    parser.add_argument("--workers", type=int, help=setting_help("workers"))
    parser.add_argument("--threads", type=int, help=setting_help("threads"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Prepare what is missing, then serve until SIGINT or SIGTERM; nothing is left running afterwards."""
    return serve_prepared(settings.replace(**{name: getattr(args, name) for name in OPTIONS}))


def serve_prepared(settings: Settings) -> int:
    """Prepare the home if need be and serve it."""
    check_address(settings)
    if settings.home.is_dir():
        with hold_lock(settings.home / "serve.lock", "server"):
            mend_if_damaged(settings)
    check_keys(settings, time.time())
    criteria_of(settings)
    with hold_lock(settings.home / "serve.lock", "server"):
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        environ = child_environ(settings, os.environ)
        if not is_prepared(settings.home):
            prepare(environ)
        check_area(settings)
        check_feeds(settings)
        if settings.tls:
            ensure_certificate(settings, time.time())
        with open_listener(settings) as listener:
            return supervise(settings, environ, listener)


def check_address(settings: Settings) -> None:
    """Refuse an address that cannot be listened on, before anything is built.

    Raises
    ------
    risk_core.errors.InputError
        When the port is taken or may not be used, or the host is not this machine.
    """
    open_listener(settings).close()


def open_listener(settings: Settings) -> socket.socket:
    """Socket of the address, which a process may hand on to its children; it does not listen yet.

    Raises
    ------
    risk_core.errors.InputError
        As `check_address`.
    """
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except OSError:
            listener.close()
            raise
        return listener
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        remedy = f"Stop the program that uses it, or choose another: --port {settings.port % 65535 + 1}."
        if isinstance(error, socket.gaierror):
            remedy = "Choose another: --host 127.0.0.1 for this machine only, --host 0.0.0.0 for all."
        raise InputError(Fault("address", place, f"a free address ({error.strerror})", remedy)) from error


def mend_if_damaged(settings: Settings) -> None:
    """Look at a database in a file; one that does not hang together is rebuilt before anybody reads from it."""
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    if not settings.database_url.startswith("sqlite:///") or not file.is_file():
        return
    if not suspicion(file).exists() and not faults_at_start(file):
        return
    from dashboard.store.mend import mend_database

    mend_database(settings.home, settings.database_url, time.time())


def check_keys(settings: Settings, now_s: float) -> None:
    """Refuse to serve other machines while nobody holds a key that coordinates.

    On this machine alone a marked demo coordinator is signed in; elsewhere nobody could act, or anybody could.

    Raises
    ------
    risk_core.errors.InputError
        Naming the command that makes a key.
    """
    from dashboard.store.keys import KeyStore, Role

    if settings.is_local:
        return
    keys = KeyStore(settings.database_url)
    has_key = keys.has_role(Role.COORDINATE, now_s)
    keys.close()
    if not has_key:
        make = "python -m dashboard keys make --role coordinate --name 'Who holds it'"
        remedy = f"Make one: `{make}`; or serve this machine only: --host 127.0.0.1."
        wanted = "a valid key with the role coordinate before other machines are served"
        raise InputError(Fault("keys", f"none for {settings.host}", wanted, remedy))


def check_area(settings: Settings) -> None:
    """Refuse to start with a default area that is not installed.

    Raises
    ------
    risk_core.errors.InputError
        Naming the installed areas.
    """
    folder = settings.home / "areas"
    names = sorted(path.parent.name for path in folder.glob("*/current"))
    if settings.area not in names:
        remedy = "Build it with `python -m dashboard area build`, or see `area fetch`."
        raise InputError(Fault("area", settings.area, f"one of {', '.join(names) or 'none yet'}", remedy))


def check_feeds(settings: Settings) -> None:
    """Refuse to start with feeds that nobody could read; without feeds forget how former ones stood.

    Raises
    ------
    risk_core.errors.InputError
        For unknown names, and for a file of feeds that does not fit.
    """
    if settings.live:
        from dashboard.feeds.live.command import planned
        from dashboard.store.library import Library

        planned(Library(settings, marks_use=False))
        return
    for path in (settings.home / "feeds").glob("*.json"):
        forget_feed_states(settings.home, path.stem)


def child_environ(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """Environment of every child: the settings, and the compiler's cache where the package cannot hold it."""
    path = os.pathsep.join(filter(None, (str(CHECKOUT), environ.get("PYTHONPATH", ""))))
    measures = {FOLDER_VARIABLE: str(measures_folder(settings.home))}
    made = {**environ, **settings.to_environ(), "PYTHONPATH": path, **measures}
    if not os.access(CHECKOUT / "risk_core" / "kernels", os.W_OK):
        made.setdefault("NUMBA_CACHE_DIR", str(settings.home / "numba"))
    return made
