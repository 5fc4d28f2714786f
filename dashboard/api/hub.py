"""News of snapshots for many listeners: one watcher thread a process, started with the first listener."""

import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from dashboard.api.orjson_provider import dump_bytes
from dashboard.api.schemas.version import VersionBody
from dashboard.relay import RedisLink
from dashboard.relay.news import SnapshotEar
from dashboard.store.library import Library
from risk_core.errors import AnsimgilError, Fault, UnavailableError

log = logging.getLogger(__name__)

HEARTBEAT_S: Final = 15.0
STREAM_S: Final = 600.0
MAX_STREAMS: Final = 40
STREAMS_SHARE: Final = 5 / 8
"""Share of a process's threads that live pages may hold; visitors do not spread evenly over processes."""
QUEUE_LENGTH: Final = 8
RETRY_MS: Final = 2000
HEARTBEAT: Final = b": heartbeat\nevent: heartbeat\ndata: {}\n\n"
"""A comment for proxies, and an event for pages, whose EventSource hides comments."""


@dataclass(frozen=True, slots=True)
class News:
    """One event: `id` is ``<area>:<sequence>``."""

    id: str
    version: str
    data: bytes

    def encode(self) -> bytes:
        """Bytes of the event in the stream."""
        return b"event: snapshot\nid: " + self.id.encode() + b"\ndata: " + self.data + b"\n\n"


@dataclass(eq=False)
class Stream:
    """One listener's queue; when it is full the oldest news gives way."""

    area_id: str
    last_id: str = ""
    waiting: "queue.Queue[News | None]" = field(default_factory=lambda: queue.Queue(QUEUE_LENGTH))

    def offer(self, news: News | None) -> None:
        """Put news at the end; None ends the stream."""
        if news is not None:
            if news.id == self.last_id:
                return
            self.last_id = news.id
        while True:
            try:
                return self.waiting.put_nowait(news)
            except queue.Full:
                try:
                    self.waiting.get_nowait()
                except queue.Empty:
                    continue


class EventHub:
    """Watches the snapshots of the areas that somebody listens to.

    Parameters
    ----------
    library
        Where snapshots are.
    max_streams
        Listeners at most.
    heartbeat_s, stream_s
        Seconds of silence before a heartbeat, and of a stream's whole life.
    monotonic_s
        Seconds that never go back.
    link
        To the server through which the assessing machine tells of its snapshots; None to look by oneself alone.
    """

    def __init__(
        self,
        library: Library,
        max_streams: int = MAX_STREAMS,
        heartbeat_s: float = HEARTBEAT_S,
        stream_s: float = STREAM_S,
        monotonic_s: Callable[[], float] = time.monotonic,
        link: RedisLink | None = None,
    ) -> None:
        self._library = library
        self._max_streams = max_streams
        self._heartbeat_s = heartbeat_s
        self._stream_s = stream_s
        self._monotonic_s = monotonic_s
        self._link = link
        self._lock = threading.Lock()
        self._streams: list[Stream] = []
        self._news: dict[str, News] = {}
        self._watcher: threading.Thread | None = None
        self._is_closed = False
        self._pid = 0

    def __len__(self) -> int:
        return len(self._streams)

    def subscribe(self, area_id: str, last_id: str = "") -> Stream:
        """Open a stream; it begins with the present snapshot unless `last_id` names it.

        Raises
        ------
        risk_core.errors.UnavailableError
            When there are too many listeners already.
        """
        stream = Stream(area_id, last_id)
        with self._lock:
            if self._is_closed or len(self._streams) >= self._max_streams:
                remedy = "Poll /v1/version, or try again in a moment."
                wanted = f"one of {self._max_streams} streams of a running process"
                raise UnavailableError(Fault("stream", str(len(self._streams) + 1), wanted, remedy))
            self._streams.append(stream)
            self._watch()
        self._poll_area(area_id)
        return stream

    def listen(self, stream: Stream) -> Iterator[bytes]:
        """Bytes of a stream until its time is over; unsubscribes however it ends."""
        try:
            yield f"retry: {RETRY_MS}\n\n".encode()
            end_s = self._monotonic_s() + self._stream_s
            while (left_s := end_s - self._monotonic_s()) > 0:
                try:
                    news = stream.waiting.get(timeout=min(self._heartbeat_s, left_s))
                except queue.Empty:
                    yield HEARTBEAT
                    continue
                if news is None:
                    return
                yield news.encode()
        finally:
            self.unsubscribe(stream)

    def unsubscribe(self, stream: Stream) -> None:
        """Close a stream; twice does no harm."""
        with self._lock:
            if stream in self._streams:
                self._streams.remove(stream)

    def poll(self) -> None:
        """Look once at every area that somebody listens to, and tell what is new."""
        for area_id in sorted({stream.area_id for stream in tuple(self._streams)}):
            self._poll_area(area_id)

    def close(self) -> None:
        """End every stream and open no more, for a process that stops."""
        with self._lock:
            self._is_closed = True
            for stream in self._streams:
                stream.offer(None)

    def _poll_area(self, area_id: str) -> None:
        try:
            news = self._newest(area_id)
        except (AnsimgilError, OSError, ValueError) as error:
            log.warning("snapshot of %s cannot be announced: %s", area_id, type(error).__name__)
            return
        if news is None:
            return
        for stream in tuple(self._streams):
            if stream.area_id == area_id:
                stream.offer(news)

    def _newest(self, area_id: str) -> News | None:
        """News of the snapshot served now; None before the first."""
        version = self._library.snapshots.version(area_id)
        known = self._news.get(area_id)
        if version is None or (known is not None and known.version == version):
            return known
        assessment = self._library.snapshots.at(area_id, version)
        data = dump_bytes(VersionBody.from_assessment(assessment).model_dump())
        self._news[area_id] = News(f"{area_id}:{assessment.sequence}", version, data)
        return self._news[area_id]

    def _watch(self) -> None:
        """Start the watcher where none runs, also in a process forked from one that had it."""
        if self._watcher is None or self._pid != os.getpid() or not self._watcher.is_alive():
            self._pid = os.getpid()
            self._watcher = threading.Thread(target=self._run, name="snapshot-watcher", daemon=True)
            self._watcher.start()

    def _run(self) -> None:
        ear = SnapshotEar(self._link)
        while self._has_listeners():
            try:
                self.poll()
            except Exception as error:
                log.error("the watcher of snapshots met %s and goes on", type(error).__name__)
            ear.wait()

    def _has_listeners(self) -> bool:
        """Whether to go on; the watcher is given up under the same lock that starts one."""
        with self._lock:
            if not self._streams:
                self._watcher = None
                return False
            return True
