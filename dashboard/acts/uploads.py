"""Files that officials bring: looked at first, taken in by one confirmation, and taken back again."""

import base64
import binascii
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final

from sqlalchemy import Connection

from dashboard.acts.desk import Desk
from dashboard.feeds.taking import FileIntake, Preview, codes_of, preview_file, take_file
from dashboard.keys.person import Person
from dashboard.store.acts import Act, Deed, State, record_act
from dashboard.store.journal import Journal, keep_journal, read_journal
from dashboard.store.keys import Role
from dashboard.store.kinds import Kind
from risk_core.errors import Fault, InputError

__all__ = ["MAX_BYTES", "ROLES", "SUBJECT", "Preview", "Upload", "preview", "read_contents", "restore", "take"]

SUBJECT: Final = "file"
MAX_BYTES: Final = 10_000_000
"""Largest file a page takes; larger ones go through the command."""
ROLES: Final[Mapping[Kind, tuple[Role, ...]]] = {
    Kind.CASES: (Role.HEALTH, Role.COORDINATE),
    Kind.RAIN: (Role.COORDINATE,),
    Kind.CLOSURES: (Role.COORDINATE,),
    Kind.SHELTERS: (Role.COORDINATE,),
}
"""Kinds of files that are taken, and who may bring them."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody brings it.

    Attributes
    ----------
    kind
        What its rows are.
    name, data
        Its name, whose end tells its form, and its bytes.
    source
        Who observed it.
    column_map
        ``OUR=THEIRS`` each.
    utc_offset_s
        Offset of times that name none.
    """

    kind: Kind
    name: str
    data: bytes
    source: str
    column_map: tuple[str, ...] = ()
    utc_offset_s: float | None = None


def read_contents(kind: object, contents: object) -> tuple[Kind, bytes]:
    """Kind and bytes of what a browser sends: a word, and a data URL.

    Raises
    ------
    risk_core.errors.InputError
        When they are none.

    Examples
    --------
    >>> read_contents("rain", "data:text/csv;base64,YSxi")
    (<Kind.RAIN: 'rain'>, b'a,b')
    """
    try:
        return Kind(str(kind)), base64.b64decode(str(contents).partition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        raise InputError(Fault("file", "unreadable", "a file and its kind", "Choose the file again.")) from None


def preview(desk: Desk, area_id: str, upload: Upload) -> Preview:
    """Tell what would come of a file, with nothing stored.

    Raises
    ------
    risk_core.errors.InputError
        When it is larger than `MAX_BYTES`, of a kind that is not taken, or does not fit at all.
    dashboard.keys.person.SignInError, dashboard.keys.person.RoleError
        When whoever is there may not bring it.
    """
    person = desk.door.require(*_roles(upload.kind))
    with _on_disk(desk, area_id, person, upload) as intake:
        return preview_file(intake)


def take(desk: Desk, area_id: str, upload: Upload, why: str = "") -> Act:
    """Take a file in through the same door as the command `ingest`; raises as `preview` does."""
    person = desk.door.require(*_roles(upload.kind))
    journal_id, journal, home = uuid.uuid4().hex, Journal(upload.kind), desk.library.settings.home
    with _on_disk(desk, area_id, person, upload) as intake:
        summary = take_file(desk.library.observations, home, intake, desk.clock(), journal)
    if not summary.n_accepted:
        remedy = "Mend the file; see which rows were refused and why."
        raise InputError(Fault("file", upload.name, "at least one row that fits", remedy))
    keep_journal(home, journal_id, journal)
    after: State = {
        "name": PurePath(upload.name).name,
        "kind": str(upload.kind),
        "journal": journal_id,
        "n_new": summary.n_new,
        "n_changed": summary.n_changed,
        "n_refused": summary.n_refused,
        "stands": True,
    }
    return desk.log(person, Deed(area_id, SUBJECT, journal_id, "take", why, None, after))


def restore(desk: Desk, person: Person, act: Act, why: str) -> Act:
    """Take a file back, or taking it back: rows somebody changed since are left as they are."""
    state: State = act.after or {}
    person = desk.door.require(*_roles(Kind(state["kind"])))
    home, journal_id = desk.library.settings.home, uuid.uuid4().hex
    journal, done = read_journal(home, state["journal"]), list[Act]()

    def within(connection: Connection, undone: Journal, n_left: int) -> None:
        keep_journal(home, journal_id, undone)
        after = {**state, "journal": journal_id, "n_left": n_left, "stands": not state["stands"]}
        deed = Deed(act.area_id, SUBJECT, act.subject_id, "undo", why, act.after, after, act.act_id)
        done.append(record_act(connection, deed, person.identity, desk.clock(), act.act_id))

    desk.library.observations.take_back(journal, within)
    desk.library.mark_used(act.area_id)
    return done[0]


def _roles(kind: Kind) -> tuple[Role, ...]:
    if kind not in ROLES:
        wanted = "one of " + ", ".join(ROLES)
        raise InputError(Fault("kind", str(kind), wanted, "Use the command `ingest` for other kinds."))
    return ROLES[kind]


@contextmanager
def _on_disk(desk: Desk, area_id: str, person: Person, upload: Upload) -> Iterator[FileIntake]:
    """The file under its own name in a folder that goes with it: readers go by names and read in parts."""
    if len(upload.data) > MAX_BYTES:
        remedy = "Use the command `ingest` for larger files."
        raise InputError(Fault("file", f"{len(upload.data)} bytes", f"at most {MAX_BYTES} bytes", remedy))
    with tempfile.TemporaryDirectory(prefix="ansimgil-") as folder:
        path = Path(folder) / (PurePath(upload.name.replace("\\", "/")).name[-120:] or "file")
        path.write_bytes(upload.data)
        yield FileIntake(
            kind=upload.kind,
            area_id=area_id,
            path=path,
            source=upload.source,
            simulated=desk.is_simulated(area_id, person),
            column_map=upload.column_map,
            utc_offset_s=upload.utc_offset_s,
            bounds=desk.library.area(area_id).grid.bounds,
            districts=codes_of(desk.library.area(area_id)),
        )
