"""One frozen record of every setting, read once from the environment and from the options of a command."""

import dataclasses
import ipaddress
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from risk_core.errors import Fault, raise_faults

PREFIX: Final = "ANSIMGIL_"
CHECKOUT: Final = Path(__file__).resolve().parent.parent
LOG_LEVELS: Final = ("debug", "info", "warning", "error")
LOG_FORMATS: Final = ("text", "json")
REDIS_SCHEMES: Final = ("redis://", "rediss://", "unix://")
TRUE_WORDS: Final = ("1", "true", "yes", "on")
HOST_PORT: Final = re.compile(r"[A-Za-z0-9.:-]{1,253}:[0-9]{1,5}")
FALSE_WORDS: Final = ("0", "false", "no", "off")


def _about(wanted: str, help_text: str) -> dict[str, str]:
    return {"wanted": wanted, "help": help_text}


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a person may choose; each field is the environment variable ``ANSIMGIL_<FIELD>``.

    Raises
    ------
    risk_core.errors.InputError
        When made with values out of range; all faults at once.

    Examples
    --------
    >>> Settings.from_environ({"ANSIMGIL_PORT": "9000"}).port
    9000
    >>> Settings.from_environ({}).address
    'http://127.0.0.1:8050'
    """

    home: Path = field(
        default=Path(".ansimgil"),
        metadata=_about("a folder", "Folder of everything kept between starts; relative to the checkout."),
    )
    area: str = field(default="coquimbo", metadata=_about("the name of an area", "Area shown first."))
    host: str = field(default="127.0.0.1", metadata=_about("an address of this machine", "Address to listen on."))
    port: int = field(default=8050, metadata=_about("a whole number 1..65535", "Port to listen on."))
    database_url: str = field(
        default="", metadata=_about("a SQLAlchemy URL", "Observations database; empty for SQLite in the home folder.")
    )
    redis_url: str = field(
        default="",
        repr=False,
        metadata=_about(
            "redis://, rediss:// or unix:// with an address",
            "Redis server that web machines share for pictures, allowances and news; empty for none.",
        ),
    )
    samples: bool = field(
        default=True, metadata=_about("yes or no", "Whether `serve` builds the embedded sample areas that are missing.")
    )
    drill: bool = field(
        default=True, metadata=_about("yes or no", "Whether sample areas are kept alive by a drill (연습).")
    )
    drill_speed: float = field(default=60.0, metadata=_about("a number 0.1..3600", "Drill seconds per real second."))
    drill_seed: int = field(
        default=20220808,
        metadata=_about("a whole number from 0", "Seed of the drill; the same seed tells the same story."),
    )
    workers: int = field(default=2, metadata=_about("a whole number 1..64", "Web processes."))
    threads: int = field(
        default=192,
        metadata=_about("a whole number 4..1000", "Threads of each web process; live pages may hold five of eight."),
    )
    engine_threads: int = field(
        default=2, metadata=_about("a whole number 1..64", "Threads that compute in the engine process.")
    )
    demo: bool = field(
        default=True,
        metadata=_about(
            "yes or no", "Whether a server for this machine only signs its visitors in as a marked demo coordinator."
        ),
    )
    proxies: int = field(
        default=0, metadata=_about("a whole number 0..8", "Proxies in front that tell the address of a visitor.")
    )
    open_per_min: int = field(
        default=60,
        metadata=_about("a whole number 0..100000", "Questions a minute to the API without a key; 0 for no bound."),
    )
    keyed_per_min: int = field(
        default=600,
        metadata=_about("a whole number 0..100000", "Questions a minute to the API with a key; 0 for no bound."),
    )
    hook_hosts: str = field(
        default="",
        metadata=_about(
            "HOST:PORT, separated by commas",
            "Receivers of webhooks that may lie inside this network or have no TLS; empty for none.",
        ),
    )
    live: bool = field(
        default=False,
        metadata=_about("yes or no", "Whether feeds from the network are read for the area; drills are off then."),
    )
    feeds: str = field(
        default="",
        metadata=_about(
            "names of feeds, set apart by commas",
            "Feeds to read; empty for every one that fits the area and needs no key, or whose key is set.",
        ),
    )
    feed_file: str = field(
        default="", metadata=_about("a file", "Feeds of your own; empty for feeds.toml in the home folder, if there.")
    )
    feed_hosts: str = field(
        default="",
        metadata=_about(
            "host names, set apart by commas", "Hosts feeds may also be read from though they are private, or use http."
        ),
    )
    feed_contact: str = field(
        default="",
        metadata=_about("an address", "Whom the owners of a feed may write to; told to them by every question."),
    )
    kma_key: str = field(default="", repr=False, metadata=_about("a key", "Key of the KMA API hub (apihub.kma.go.kr)."))
    safetydata_key: str = field(
        default="", repr=False, metadata=_about("a key", "Key of the disaster texts (safetydata.go.kr).")
    )
    tls: bool = field(
        default=False,
        metadata=_about("yes or no", "Whether pages are served by https, self-signed unless a certificate is given."),
    )
    tls_cert: str = field(default="", metadata=_about("a PEM file", "Certificate with its chain; needs tls_key."))
    tls_key: str = field(default="", repr=False, metadata=_about("a PEM file", "Private key of the certificate."))
    tiles_url: str = field(
        default="", metadata=_about("a tile URL with {z}, {x} and {y}", "Online background tiles; empty for none.")
    )
    tiles_attribution: str = field(default="", metadata=_about("text", "Credit the tile server asks for."))
    criteria: str = field(
        default="",
        metadata=_about(
            "a file of criteria", "Your own criteria (docs: criteria.csv), laid over those that come with the program."
        ),
    )
    keep_days: int = field(
        default=30,
        metadata=_about(
            "a whole number 2..3650", "Days that rain and wind stay in the database; then they go to files."
        ),
    )
    log_level: str = field(
        default="info", metadata=_about("one of " + ", ".join(LOG_LEVELS), "How much is logged to stderr.")
    )
    log_format: str = field(
        default="text", metadata=_about("text or json", "Log lines for people, or one JSON object a line.")
    )
    access_log: bool = field(
        default=False,
        metadata=_about("yes or no", "Whether each request is logged: route, status, time and key id, never a place."),
    )

    def __post_init__(self) -> None:
        raise_faults(list(_faults(self)))
        home = self.home if self.home.is_absolute() else CHECKOUT / self.home
        object.__setattr__(self, "home", home)
        if self.live:
            object.__setattr__(self, "drill", False)
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{home / 'observations.sqlite'}")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Read every ``ANSIMGIL_<FIELD>`` variable that is set and not empty.

        Raises
        ------
        risk_core.errors.InputError
            Naming each variable with its value and what is wanted; also for ``ANSIMGIL_`` variables nobody knows.
        """
        faults: list[Fault] = []
        values: dict[str, Any] = {}
        known = {variable_name(f.name): f for f in dataclasses.fields(cls)}
        for key in sorted(k for k in environ if k.startswith(PREFIX) and k not in known):
            faults.append(Fault(key, environ[key], f"one of {', '.join(known)}", f"Unset {key}.", "environment"))
        for key, one in known.items():
            word = environ.get(key, "").strip()
            if not word:
                continue
            try:
                values[one.name] = CASTS[one.type](word)
            except ValueError:
                faults.append(_fault(one, word))
        raise_faults(faults)
        return cls(**values)

    def replace(self, **changes: object) -> "Settings":
        """Copy with some fields changed; None leaves a field as it is.

        A database that lies in the home folder follows the home folder.
        """
        given = {name: value for name, value in changes.items() if value is not None}
        if "home" in given and self.database_url == f"sqlite:///{self.home / 'observations.sqlite'}":
            given.setdefault("database_url", "")
        return dataclasses.replace(self, **given)  # type: ignore[arg-type]

    def to_environ(self) -> dict[str, str]:
        """Give the variables that make the same settings in another process."""
        return {variable_name(f.name): str(getattr(self, f.name)) for f in dataclasses.fields(self)}

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def is_self_signed(self) -> bool:
        """Whether https is served with a certificate that only this machine signed."""
        return self.tls and not self.tls_cert

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the page."""
        host = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"


def variable_name(field_name: str) -> str:
    """Environment variable of a setting.

    Examples
    --------
    >>> variable_name("drill_speed")
    'ANSIMGIL_DRILL_SPEED'
    """
    return PREFIX + field_name.upper()


def setting_help(field_name: str) -> str:
    """Help line of a setting, for ``--help`` and the settings table."""
    (one,) = (f for f in dataclasses.fields(Settings) if f.name == field_name)
    return str(one.metadata["help"])


def settings_table() -> str:
    """Every variable with what it does and accepts, one a line, for ``--help``."""
    lines = [
        f"  {variable_name(f.name)}: {f.metadata['help']} Wanted: {f.metadata['wanted']}."
        for f in dataclasses.fields(Settings)
    ]
    return "\n".join(lines)


def _switch(word: str) -> bool:
    if word.lower() in TRUE_WORDS + FALSE_WORDS:
        return word.lower() in TRUE_WORDS
    raise ValueError(word)


CASTS: Final[Mapping[Any, Callable[[str], Any]]] = {str: str, int: int, float: float, bool: _switch, Path: Path}


def _fault(one: "dataclasses.Field[Any]", value: object) -> Fault:
    key = variable_name(one.name)
    return Fault(key, repr(str(value)), one.metadata["wanted"], f"Set {key} or the option for it, or unset it.")


def _faults(settings: Settings) -> Iterator[Fault]:
    """Every field out of range."""
    checks: Mapping[str, bool] = {
        "area": bool(settings.area),
        "port": 1 <= settings.port <= 65535,
        "database_url": not settings.database_url or "://" in settings.database_url,
        "redis_url": not settings.redis_url or settings.redis_url.startswith(REDIS_SCHEMES),
        "drill_speed": math.isfinite(settings.drill_speed) and 0.1 <= settings.drill_speed <= 3600,
        "drill_seed": settings.drill_seed >= 0,
        "workers": 1 <= settings.workers <= 64,
        "threads": 4 <= settings.threads <= 1000,
        "engine_threads": 1 <= settings.engine_threads <= 64,
        "proxies": 0 <= settings.proxies <= 8,
        "open_per_min": 0 <= settings.open_per_min <= 100_000,
        "keyed_per_min": 0 <= settings.keyed_per_min <= 100_000,
        "hook_hosts": all(HOST_PORT.fullmatch(one) for one in settings.hook_hosts.split(",") if settings.hook_hosts),
        "tiles_url": not settings.tiles_url or all(part in settings.tiles_url for part in ("{z}", "{x}", "{y}")),
        "tls_cert": bool(settings.tls_cert) == bool(settings.tls_key),
        "keep_days": 2 <= settings.keep_days <= 3650,
        "log_level": settings.log_level in LOG_LEVELS,
        "log_format": settings.log_format in LOG_FORMATS,
    }
    for one in dataclasses.fields(settings):
        if not checks.get(one.name, True):
            yield _fault(one, getattr(settings, one.name))
