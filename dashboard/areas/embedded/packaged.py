"""Finds files shipped inside installed packages without importing the packages."""

from importlib.util import find_spec
from pathlib import Path

from risk_core.errors import Fault, InputError


def packaged_file(package: str, *parts: str) -> Path:
    """Path of a file inside an installed package.

    The package is found by its location only: importing it would cost seconds and side effects.

    Raises
    ------
    InputError
        When the package or the file is not there.
    """
    remedy = "Install the pinned requirements: pip install -r requirements.txt"
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise InputError(Fault("package", package, "an installed package", remedy))
    path = Path(spec.origin).parent.joinpath(*parts)
    if not path.is_file():
        raise InputError(Fault("file", str(Path(package, *parts)), "a file inside the package", remedy))
    return path
