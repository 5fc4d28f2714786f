"""How far work is that a page waits for, told from one process to another; and whether it is still wanted."""

import json
import re
from pathlib import Path
from typing import Final

from dashboard.store.jobs import DismissedError
from risk_core.errors import Fault

KEPT_S: Final = 3_600.0
"""What is left of work that never ended is forgotten after this long."""
_TOKEN: Final = re.compile(r"[0-9a-f]{16,40}")


class UnderWay:
    """Work under way, a small file each under a home folder; safe to share between threads and processes.

    Parameters
    ----------
    home
        Where everything is kept.

    Examples
    --------
    >>> import tempfile
    >>> work = UnderWay(Path(tempfile.mkdtemp()))
    >>> work.tell("0123456789abcdef", "ways", 0.4)
    >>> work.read("0123456789abcdef")
    ('ways', 0.4)
    >>> work.end("0123456789abcdef", 1.8e9); work.read("0123456789abcdef") is None
    True
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / "under_way"

    def tell(self, token: str, step: str, done_share: float) -> None:
        """Write down the step and the share done; words that are no token are not kept.

        Raises
        ------
        DismissedError
            When the work is not wanted any more.
        """
        path = self._path(token)
        if path is None:
            return
        if path.with_suffix(".stop").exists():
            raise DismissedError(Fault("plan", "stopped", "a plan that is waited for", "Plan again."))
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps([step, done_share]), encoding="utf-8")
        fresh.replace(path)

    def read(self, token: str) -> tuple[str, float] | None:
        """Step and share done; None where nothing is under way."""
        path = self._path(token)
        try:
            step, share = json.loads(path.read_bytes()) if path is not None else (None, None)
        except (OSError, ValueError):
            return None
        return None if step is None else (str(step), float(share))

    def stop(self, token: str) -> None:
        """Say that work is not wanted any more; it ends at its next step."""
        path = self._path(token)
        if path is not None and path.exists():
            path.with_suffix(".stop").touch()

    def end(self, token: str, now_s: float) -> None:
        """Forget work that has ended, and what was left of older work."""
        path = self._path(token)
        if path is None or not self._folder.is_dir():
            return
        path.unlink(missing_ok=True)
        path.with_suffix(".stop").unlink(missing_ok=True)
        for left in self._folder.iterdir():
            try:
                if left.stat().st_mtime < now_s - KEPT_S:
                    left.unlink(missing_ok=True)
            except FileNotFoundError:
                continue

    def _path(self, token: object) -> Path | None:
        return self._folder / f"{token}.json" if isinstance(token, str) and _TOKEN.fullmatch(token) else None
