import re
import sqlite3
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.settings import Settings
from dashboard.store.keys import ROTATION_S, KeyStore, Role, Scope, parse_key
from risk_core.errors import InputError, NotFoundError

NOW_S = 1_800_000_000.0


def run(home: Path, *words: str) -> int:
    return main(["--home", str(home), "keys", *words], {})


def test_a_key_is_shown_once_and_only_its_hash_is_kept(tmp_path: Path, capsys) -> None:
    assert run(tmp_path, "make", "--name", "City hall", "--role", "coordinate", "--expires", "30d") == 0
    told = capsys.readouterr()
    presented = told.out.strip()
    assert re.fullmatch(r"ansimgil_[0-9a-f]{8}_[\w-]{43}", presented), "256 bits in base64"
    assert "shown this once" in told.err
    key_id, secret = parse_key(presented)
    run(tmp_path, "list")
    listed = capsys.readouterr().out
    assert key_id in listed and "role=coordinate" in listed and "City hall" in listed and secret not in listed
    with sqlite3.connect(tmp_path / "observations.sqlite") as connection:
        assert secret not in "".join(connection.iterdump())
    assert secret.encode() not in (tmp_path / "observations.sqlite").read_bytes()


def test_rotation_leaves_the_old_key_a_day(tmp_path: Path) -> None:
    keys = KeyStore(f"sqlite:///{tmp_path}/store.sqlite")
    old, first = keys.make("Hall", Role.HEALTH, (Scope.READ, Scope.ADMIN), NOW_S + 1000.0, NOW_S)
    new, second = keys.rotate(old.key_id, NOW_S + 10)
    assert (new.role, new.scopes, new.expires_s, new.follows) == (old.role, old.scopes, NOW_S + 1010, old.key_id)
    assert keys.check(first, NOW_S + 20).key_id == old.key_id and keys.check(second, NOW_S + 20).key_id == new.key_id
    assert keys.check(first, NOW_S + 10 + ROTATION_S) is None
    keys.revoke(new.key_id, NOW_S + 30)
    assert keys.check(second, NOW_S + 31) is None
    with pytest.raises(NotFoundError):
        keys.rotate(new.key_id, NOW_S + 40)


def test_revoking_later_never_gives_a_key_more_time(tmp_path: Path) -> None:
    keys = KeyStore(f"sqlite:///{tmp_path}/store.sqlite")
    key, presented = keys.make("Hall", Role.NONE, (Scope.READ,), None, NOW_S)
    keys.revoke(key.key_id, NOW_S + 5)
    keys.revoke(key.key_id, NOW_S + 5000)
    assert keys.check(presented, NOW_S + 6) is None


@pytest.mark.parametrize(
    "presented",
    ["", "ansimgil", "ansimgil_x_y", "other_{id}_{secret}", "ansimgil_{id}_", "ansimgil_{id}_{secret}x", "{secret}",
     "ansimgil_{id}_" + "a" * 500, "ansimgil_' OR 1=1 --_x"],
)  # fmt: skip
def test_what_is_no_key_opens_nothing(tmp_path: Path, presented: str) -> None:
    keys = KeyStore(f"sqlite:///{tmp_path}/store.sqlite")
    key, real = keys.make("Hall", Role.COORDINATE, (Scope.READ,), None, NOW_S)
    secret = parse_key(real)[1]
    assert keys.check(real, NOW_S) is not None
    assert keys.check(presented.replace("{id}", key.key_id).replace("{secret}", secret), NOW_S) is None


def test_expired_keys_open_nothing(tmp_path: Path) -> None:
    keys = KeyStore(f"sqlite:///{tmp_path}/store.sqlite")
    _, presented = keys.make("Hall", Role.COORDINATE, (Scope.READ,), NOW_S + 60, NOW_S)
    assert keys.check(presented, NOW_S + 59) is not None and keys.check(presented, NOW_S + 60) is None
    assert keys.has_role(Role.COORDINATE, NOW_S) and not keys.has_role(Role.COORDINATE, NOW_S + 60)


def test_wrong_words_are_named_all_at_once(tmp_path: Path, capsys) -> None:
    for words in (["--scopes", "everything"], ["--expires", "soon"], ["--expires", "0d"], ["--scopes", ","]):
        assert run(tmp_path, "make", "--name", "Hall", *words) == 2
    assert run(tmp_path, "revoke", "nobody") == 2
    assert "keys list" in capsys.readouterr().err
    with pytest.raises(InputError) as raised:
        KeyStore(Settings(home=tmp_path).database_url).make(" ", Role.NONE, (), NOW_S - 1, NOW_S)
    assert {fault.argument for fault in raised.value.faults} == {"name", "scopes", "expires"}
