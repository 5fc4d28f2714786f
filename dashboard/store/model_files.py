"""Fitted models of an area in files named by the hash of their bytes: written whole, read only when sound."""

import hashlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar
from zipfile import BadZipFile

from dashboard.store.durable import sync_folder, write_bytes
from dashboard.store.models import TEMPORARY, book_path
from risk_core.errors import InputError

log = logging.getLogger(__name__)

Model = TypeVar("Model")

N_ID: Final = 12
"""Letters of a name."""


@dataclass(frozen=True, slots=True)
class ModelFiles(Generic[Model]):
    """Files of one kind of model; an area keeps the one its book names.

    Attributes
    ----------
    kind
        Part of the file's name.
    title
        What it is called in the log.
    pack, unpack
        From a model to bytes and back; `unpack` raises ValueError, KeyError, TypeError or InputError for bytes that
        are no such model.
    """

    kind: str
    title: str
    pack: Callable[[Model], bytes]
    unpack: Callable[[bytes], Model]

    def path(self, home: Path, area_id: str, name: str) -> Path:
        """File of a model, whether it exists or not."""
        return book_path(home, area_id).with_name(f"{area_id}.{self.kind}-{name}.npz")

    def write(self, home: Path, area_id: str, model: Model) -> str:
        """Write a model; give its name for the area's book. Others of the area are removed by `keep`."""
        data = self.pack(model)
        name = _name_of(data)
        path = self.path(home, area_id, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{TEMPORARY}{path.name}")
        write_bytes(temporary, data)
        os.replace(temporary, path)
        sync_folder(path.parent)
        return name

    def keep(self, home: Path, area_id: str, name: str) -> None:
        """Remove every model of an area but one, also what killed writers left; all where the name is empty."""
        kept = self.path(home, area_id, name)
        for start in ("", TEMPORARY):
            for path in kept.parent.glob(f"{start}{area_id}.{self.kind}-*.npz"):
                if path != kept:
                    path.unlink(missing_ok=True)

    def read(self, home: Path, area_id: str, name: str) -> Model | None:
        """Read a model; None, with the reason in the log, where it is absent, torn or of another program."""
        path = self.path(home, area_id, name)
        try:
            data = path.read_bytes()
            if _name_of(data) != name:
                raise ValueError("its checksum does not fit")
            return self.unpack(data)
        except (OSError, ValueError, KeyError, TypeError, BadZipFile, InputError) as error:
            log.warning("%s: the %s is not used (%s: %s)", path, self.title, type(error).__name__, error)
            return None


def _name_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:N_ID]
