"""One source is asked once, of the stub."""

from dashboard.feeds.live.asker import Asker
from dashboard.feeds.live.fetch import Fetcher
from dashboard.feeds.live.guard import Guard
from dashboard.feeds.live.source import Batch, Place, Question, Reading, Source
from tests.feeds.live.samples import NOW_S, SEOUL
from tests.feeds.live.stub import Stub

HELSINKI = Place("helsinki", (24.8, 60.1, 25.1, 60.3), ("Helsinki",), {"helsinki": "091"})


def read(
    source: Source, stub: Stub, path: str = "", place: Place = SEOUL, now_s: float = NOW_S, **options: object
) -> Reading:
    asker = Asker(Fetcher(Guard(["127.0.0.1"])), lambda: 0.0, 5.0, 5.0)
    asker.begin()
    return source.read(asker, Question(place, now_s, "KEY", stub.url(path), options))


def only(reading: Reading) -> Batch:
    (batch,) = reading.batches
    return batch


def records(reading: Reading) -> list[dict[str, object]]:
    return only(reading).part.records
