"""What web machines of one city share through a Redis server: pictures, allowances and the news of a snapshot.

Set by ``ANSIMGIL_REDIS_URL``. None of it is needed for a right answer: while the server is away, each machine keeps its
own pictures, counts its own visitors and looks for new snapshots itself.
"""

from dashboard.relay.link import RedisLink, open_link

__all__ = ["RedisLink", "open_link"]
