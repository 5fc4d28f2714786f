import pytest
from sqlalchemy import text

from dashboard.store.acts import FIRST_LINK, ActStore, ChangedSinceError, Deed
from dashboard.store.schema import open_database, writing
from risk_core.errors import NotFoundError

NOW_S = 1_800_000_000.0
WHO = ("1f2e3d4c", "City hall")


def deed(subject_id: str = "c1", area_id: str = "seoul") -> Deed:
    return Deed(area_id, "closure", subject_id, "close", "why", None, {"name": "Mapo-ro", "until_s": None})


def test_acts_are_numbered_kept_and_found(database_url: str) -> None:
    acts = ActStore(database_url)
    made = [acts.record(deed(f"c{k}"), WHO, NOW_S + k) for k in range(5)]
    assert [one.act_id for one in made] == [1, 2, 3, 4, 5]
    assert acts.find(3) == made[2] and acts.find(3).after == {"name": "Mapo-ro", "until_s": None}
    assert [one.act_id for one in acts.newest("seoul", 2)] == [5, 4]
    assert [one.act_id for one in acts.newest("seoul", 2, before=4)] == [3, 2]
    assert acts.newest("seoul", subject="shelter") == () and acts.newest("busan") == ()
    acts.record(deed("c1"), WHO, NOW_S + 9)
    assert {name: one.act_id for name, one in acts.last_of("seoul", "closure").items()} == {
        "c0": 1, "c1": 6, "c2": 3, "c3": 4, "c4": 5,
    }  # fmt: skip
    with pytest.raises(NotFoundError):
        acts.find(99)


def test_whoever_saw_an_older_state_is_refused(database_url: str) -> None:
    acts = ActStore(database_url)
    acts.record(deed(), WHO, NOW_S, expected=0)
    acts.record(deed(area_id="busan"), WHO, NOW_S, expected=0)
    with pytest.raises(ChangedSinceError, match="City hall"):
        acts.record(deed(), WHO, NOW_S, expected=0)
    assert acts.record(deed(), WHO, NOW_S, expected=1).act_id == 3


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE acts SET why = 'other' WHERE act_id = 2",
        "UPDATE acts SET who_name = 'Somebody else' WHERE act_id = 1",
        "UPDATE acts SET at_s = at_s + 1 WHERE act_id = 3",
        "DELETE FROM acts WHERE act_id = 2",
        "UPDATE acts SET act_id = 9 WHERE act_id = 3",
    ],
)
def test_the_chain_shows_what_was_altered(database_url: str, tampering: str) -> None:
    acts = ActStore(database_url)
    for k in range(3):
        acts.record(deed(f"c{k}"), WHO, NOW_S + k)
    assert acts.verify() and acts.find(1).chain_sha256 != FIRST_LINK
    with writing(open_database(database_url)) as connection:
        connection.execute(text(tampering))
    assert not acts.verify()
