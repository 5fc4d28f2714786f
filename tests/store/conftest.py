"""Databases for the tests of the store: a file of SQLite, and a PostgreSQL server of the tests' own where one is."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.pool import NullPool, Pool

DEBIAN: Path = Path("/usr/lib/postgresql")
NUMBERS = count(1)


def server_programs() -> Path | None:
    """Folder of the newest installed server's programs."""
    folders = [path for path in sorted(DEBIAN.glob("*/bin")) if (path / "initdb").is_file()]
    found = shutil.which("initdb")
    return folders[-1] if folders else Path(found).parent if found else None


def unprivileged() -> list[str]:
    """Words that run a program as the server's own user: it refuses to run as root."""
    if os.getuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a server that listens on a socket in a folder of its own and on no port."""
    programs = server_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    if unprivileged() and not (shutil.which("setpriv") and _is_known("postgres")):
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if unprivileged():
        shutil.chown(folder, "postgres", "postgres")
    data, environ = folder / "data", {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    words = ["-D", str(data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync"]
    subprocess.run([*unprivileged(), str(programs / "initdb"), *words], env=environ, check=True, capture_output=True)
    options = f"-k {folder} -c listen_addresses= -c shared_buffers=32MB -c max_connections=80"
    control = [*unprivileged(), str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    subprocess.run([*control, "-o", options, "start"], env=environ, check=True, capture_output=True)
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], env=environ, check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def _is_known(user: str) -> bool:
    with contextlib.suppress(KeyError):
        return bool(pwd.getpwnam(user))
    return False


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.sqlite'}"
        return
    server = request.getfixturevalue("postgres")
    name = f"test_{next(NUMBERS)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    opened: list[object] = []
    event.listen(Pool, "connect", note := lambda connection, _: opened.append(connection))
    yield server.replace("/postgres?", f"/{name}?")
    event.remove(Pool, "connect", note)
    for one in opened:
        one.close()
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
