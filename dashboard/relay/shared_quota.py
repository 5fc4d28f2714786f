"""How often somebody may ask, over several machines: the rule of `dashboard.keys.quota`, kept in the shared server."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from dashboard.relay.link import PREFIX, RedisLink

if TYPE_CHECKING:
    from redis import Redis

TAKE: Final = """
local whole = tonumber(redis.call('GET', KEYS[1]) or '0')
local now, step, cost, period = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
whole = math.min(whole, now + period)
local after = math.max(whole, now) + step * cost
if after - now <= period + 1e-9 then
  redis.call('SET', KEYS[1], string.format('%.6f', after), 'PX', math.ceil((after - now) * 1000) + 1)
end
return string.format('%.6f', whole)
"""
"""Reads when the allowance was whole and takes from it in one step, so that no two machines take the same."""


def take_whole_s(
    link: RedisLink, mark: str, now_s: float, step_s: float, cost: int, period_s: float, otherwise: Callable[[], float]
) -> float:
    """When the allowance of a name was to be whole again before this question, Unix seconds; what it costs is taken.

    Parameters
    ----------
    link
        To the server.
    mark
        Keyed hash of the name.
    now_s
        Unix seconds by this machine's clock; the machines' clocks have to agree within a second.
    step_s
        Seconds in which the allowance of one question comes back.
    cost
        Questions taken.
    period_s
        Seconds in which a whole allowance comes back.
    otherwise
        Called while the server is away.
    """

    def take(server: "Redis") -> float:
        told = server.eval(TAKE, 1, f"{PREFIX}quota:{mark}", now_s, step_s, cost, period_s)
        return float(told)  # type: ignore[arg-type]

    return link.ask(take, otherwise)
