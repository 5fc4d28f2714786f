"""Where processes count what they do; known without loading the library that counts."""

from pathlib import Path
from typing import Final

FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable that the library reads when it is loaded."""


def measures_folder(home: Path) -> Path:
    """Folder of one home's figures."""
    return home / "measures"


def empty_folder(folder: Path) -> None:
    """Begin anew, before any process counts: numbers of processes come again after a restart of the machine."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink(missing_ok=True)
