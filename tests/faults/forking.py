"""A process that keeps one child at a task for ever, forked anew whenever a test kills it.

Forking a process that has imported and compiled everything makes twenty starts cost what one does.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable


def keep_child_at(work: Callable[[], None]) -> None:
    """Fork children that repeat `work`; one line on stdout for each fork (``pid N``) and each repetition (``done``)."""
    while True:
        child = os.fork()
        if child == 0:
            while True:
                work()
                os.write(1, b"done\n")
        os.write(1, b"pid %d\n" % child)
        os.waitpid(child, 0)
        os.write(1, b"gone\n")


class Forking:
    """The process of a module that ends in `keep_child_at`, seen from a test."""

    def __init__(self, module: str, *words: object) -> None:
        command = [sys.executable, "-m", module, *map(str, words)]
        self._mother = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0)

    def __enter__(self) -> "Forking":
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._mother.pid, signal.SIGKILL)
        self._mother.wait()
        self._mother.stdout.close()

    def kill_child(self, n_done: int, pause: Callable[[], None]) -> None:
        """Let the child repeat its task `n_done` times, pause, kill it, and wait until it is gone."""
        child = int(self._wait_for("pid").split()[1])
        for _ in range(n_done):
            self._wait_for("done")
        pause()
        os.kill(child, signal.SIGKILL)
        self._wait_for("gone")

    def _wait_for(self, word: str) -> str:
        for line in self._mother.stdout:
            if line.startswith(word):
                return line
        raise AssertionError(f"the process ended before it said {word!r} (status {self._mother.wait()})")
