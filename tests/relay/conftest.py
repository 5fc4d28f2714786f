"""A Redis server of the tests' own, on a socket in a folder of its own and on no port."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


class RedisServer:
    """Started and stopped as a test likes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{folder / 'redis.sock'}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        from redis import Redis, RedisError

        words = ["redis-server", "--port", "0", "--unixsocket", self._folder / "redis.sock", "--save", ""]
        self._process = subprocess.Popen([*map(str, words)], cwd=self._folder, stdout=subprocess.DEVNULL)
        end_s = time.monotonic() + 20
        while time.monotonic() < end_s:
            try:
                if Redis.from_url(self.url).ping():
                    return
            except RedisError:
                time.sleep(0.02)
        raise AssertionError("the Redis server of the tests did not start")

    def stop(self) -> None:
        """Kill it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A running server."""
    if shutil.which("redis-server") is None:
        pytest.skip("Redis is not installed: apt-get install redis-server")
    folder = Path(tempfile.mkdtemp(prefix="redis-"))
    server = RedisServer(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)
