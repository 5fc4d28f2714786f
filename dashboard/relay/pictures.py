"""Pictures of fields in the shared server: bytes only, so that nothing in it is ever run as code."""

from typing import Any, Final

from cachelib import BaseCache

from dashboard.relay.link import PREFIX, RedisLink, open_link

PICTURES: Final = f"{PREFIX}picture:"


class SharedPictures(BaseCache):  # type: ignore[misc]
    """Cache of bytes; while the server is away nothing is found and nothing is kept.

    Parameters
    ----------
    link
        To the server.
    default_timeout
        Seconds a picture is kept.
    """

    def __init__(self, link: RedisLink, default_timeout: int = 300) -> None:
        super().__init__(default_timeout)
        self._link = link

    def get(self, key: str) -> Any:
        """Bytes of a picture, or None."""
        return self._link.ask(lambda server: server.get(PICTURES + key), lambda: None)

    def set(self, key: str, value: Any, timeout: int | None = None) -> bool:
        """Keep bytes; whether they are kept.

        Raises
        ------
        TypeError
            For anything but bytes.
        """
        if not isinstance(value, bytes):
            raise TypeError(f"pictures are bytes, not {type(value).__name__}")
        lasts_s = self.default_timeout if timeout is None else timeout
        return self._link.ask(lambda server: bool(server.set(PICTURES + key, value, ex=lasts_s)), lambda: False)


def shared_pictures(_app: Any, config: dict[str, Any], _args: list[Any], options: dict[str, Any]) -> SharedPictures:
    """Made by flask-caching, which is told of it by the name of this function."""
    link = open_link(config["CACHE_REDIS_URL"])
    if link is None:
        raise ValueError("CACHE_REDIS_URL is empty; wanted the address of a Redis server")
    return SharedPictures(link, options.get("default_timeout", 300))
