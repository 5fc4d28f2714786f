"""A progress bar that names each step."""

from typing import Final, TextIO

BAR_WIDTH: Final = 28


class ProgressBar:
    r"""A bar that names each step, drawn in place on a terminal and line by line elsewhere.

    Examples
    --------
    >>> import io
    >>> out = io.StringIO()
    >>> ProgressBar(out).show("coquimbo: streets", 0.5)
    >>> out.getvalue()
    ' 50 % coquimbo: streets\n'
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._is_terminal = out.isatty()
        self._step = ""

    def show(self, step: str, share: float) -> None:
        """Show the share done, 0..1, and the step that begins."""
        if self._is_terminal:
            done = round(BAR_WIDTH * share)
            self._out.write(f"\r\x1b[K[{'█' * done}{'·' * (BAR_WIDTH - done)}] {100 * share:3.0f} % {step}")
        elif step != self._step:
            self._out.write(f"{100 * share:3.0f} % {step}\n")
        self._step = step
        self._out.flush()

    def close(self) -> None:
        """Leave the line of the bar."""
        if self._is_terminal and self._step:
            self._out.write("\n")
