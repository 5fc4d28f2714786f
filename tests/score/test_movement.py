"""`score movement`, from files to figures."""

import json
from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import EXIT_INPUT, main
from dashboard.score.movement.place_rivals import tell_rivals
from dashboard.score.movement.visits import check_order, read_visits
from risk_core.errors import InputError

START = np.datetime64("2024-01-01T00:00")
DAYS = {"train": (0, 40), "valid": (40, 55), "test": (55, 70)}


def visits(n_user=12, seed=1):
    """Home, work, a place for the evening that changes with the weekday, now and then a new one."""
    rng = np.random.default_rng(seed)
    rows = []
    for user in range(n_user):
        for day in range(70):
            plan = [("work" if day % 7 < 5 else f"park{user % 3}", 9.0), (f"eve{day % 7 % 2}{user % 4}", 17.5)]
            plan = [one for one in plan if rng.random() < 0.8] + [(f"home{user}", 20.0)]
            if rng.random() < 0.1:
                plan.append((f"shop{rng.integers(0, 40)}", 21.0))
            for place, hour in plan:
                minute = int(day * 1440 + hour * 60 + rng.integers(0, 50))
                rows.append((f"u{user}", place, day, minute))
    return pd.DataFrame(rows, columns=["user", "place", "day", "minute"])


VISITS = visits()


def files(folder, table=VISITS, triple=False):
    """Three parts; times as text, or as day, minute and weekday."""
    words = []
    for part, (first, last) in DAYS.items():
        one = table[table["day"].between(first, last - 1)]
        out = pd.DataFrame({"user": one["user"], "place": one["place"]})
        if triple:
            out = out.assign(start_day=one["day"], start_min=one["minute"] % 1440, weekday=one["day"] % 7)
        else:
            out["time"] = np.datetime_as_string(START + one["minute"].to_numpy().astype("timedelta64[m]"))
        out.to_csv(folder / f"{part}.csv", index=False)
        words += [f"--{part}", str(folder / f"{part}.csv")]
    return words


def run(folder, *words):
    return main(["--home", str(folder / "home"), "score", "movement", *words], {})


def body_of(folder, capsys, *words):
    assert run(folder, *words, "--json") == 0
    body = json.loads(capsys.readouterr().out)
    for one in body["models"][:2]:
        assert one.pop("event_us") >= 0
    return body


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("told")
    return files(folder)


def test_habits_beat_the_chain_and_the_time_helps(tmp_path, capsys, told):
    body = body_of(tmp_path, capsys, *told)
    unknown, known, markov, frequent = body["models"]
    assert body["n_user"] == 12 and body["n_test"] == unknown["n_row"] == markov["n_row"]
    assert known["acc_1"] > unknown["acc_1"] > markov["acc_1"] > frequent["acc_1"]
    assert known["log_loss"] < unknown["log_loss"] < markov["log_loss"]
    assert known["against_markov"]["acc_1"]["interval"][0] > 1
    for one in body["models"]:
        assert one["acc_1"] <= one["acc_5"] <= one["acc_10"] <= 1 and one["mrr"] >= one["acc_1"]
        assert sum(row["n"] for row in one["reliability"]) == one["n_row"]
        assert 0 <= one["calibration_error"] <= 1
    assert len(body["chosen_on_valid"]["next"]["tried"]) == 7
    chosen, tried = (body["chosen_on_valid"]["next"][name] for name in ("chosen", "tried"))
    best = min(tried, key=lambda one: one["log_loss"])
    assert all(chosen[name] == value for name, value in best.items() if name != "log_loss")


def test_it_gives_the_same_twice_and_for_both_forms_of_time(tmp_path, capsys, told):
    first = body_of(tmp_path, capsys, *told)
    assert body_of(tmp_path, capsys, *told) == first
    other = body_of(tmp_path, capsys, *files(tmp_path, triple=True))
    assert other["models"][0]["acc_1"] == first["models"][0]["acc_1"]
    assert other["models"][1]["log_loss"] == pytest.approx(first["models"][1]["log_loss"], rel=1e-6)


def test_the_table_names_models_and_repeated_rows(tmp_path, capsys):
    again = pd.concat([VISITS, VISITS.iloc[[5]]]).sort_values(["user", "minute"], kind="stable")
    assert run(tmp_path, *files(tmp_path, again)) == 0
    out = capsys.readouterr().out
    assert "1 rows given twice, kept as visits" in out and "Markov chain of each user" in out


def test_columns_of_another_name_and_new_users_in_the_test_part(tmp_path, capsys):
    table = VISITS[(VISITS["user"] != "u3") | (VISITS["day"] >= 60)]
    words = files(tmp_path, table)
    for part in DAYS:
        path = tmp_path / f"{part}.csv"
        path.write_text(path.read_text("utf-8").replace("user,place", "who,where", 1), "utf-8")
    body = body_of(tmp_path, capsys, *words, "--map-column", "who=user", "--map-column", "where=place")
    assert body["n_user"] == 12


def test_visits_of_the_test_part_choose_nothing(tmp_path, capsys, told):
    """All its places planted elsewhere: what was chosen on the valid part stays to the last digit."""
    planted = VISITS.copy()
    planted.loc[planted["day"] >= 55, "place"] = "nowhere"
    first, second = (body_of(tmp_path, capsys, *words) for words in (told, files(tmp_path, planted)))
    assert first["chosen_on_valid"] == second["chosen_on_valid"]
    assert first["models"][0]["acc_1"] != second["models"][0]["acc_1"]


def test_the_chain_is_that_of_its_definition():
    rng = np.random.default_rng(3)
    place = rng.integers(0, 6, 200)
    markov, frequent = tell_rivals(place, 50, 20)
    often, follow = Counter(), defaultdict(Counter)
    for i, to in enumerate(place.tolist()):
        present = place[i - 1] if i else -1
        if i >= 20:
            seen = list(dict.fromkeys(place[:i].tolist()))
            first_after = list(dict.fromkeys(follow[present].elements()))
            by_count = sorted(seen, key=lambda q: -often[q])
            chain = sorted(first_after, key=lambda q: -follow[present][q])
            chain += [q for q in by_count if q not in follow[present]]
            assert markov.rank[i - 20] == chain.index(to) and frequent.rank[i - 20] == by_count.index(to)
            p = (follow[present][to] + often[to] / (i + 1)) / (follow[present].total() + 1)
            assert markov.prob[i - 20] == pytest.approx(p)
            assert frequent.prob[i - 20] == pytest.approx(often[to] / (i + 1))
        often[to] += 1
        follow[present][to] += 1


ROWS = [("u", "a", "2024-03-01T08:00"), ("u", "b", "2024-03-01T09:00"), ("v", "a", "2024-03-01T07:00")]


def table_of(folder, rows, head="user,place,time", name="train.csv"):
    path = folder / name
    path.write_text("\n".join([head, *(",".join(map(str, row)) for row in rows)]) + "\n", "utf-8")
    return path


def test_times_with_an_offset_are_put_on_the_clock_of_the_zone(tmp_path):
    rows = [
        ("u", "a", "2024-07-01T08:00:30Z", "Asia/Seoul"),
        ("u", "b", "2024-07-01 18:00+0900", ""),
        ("u", "c", "2024-07-01T20:00", "Asia/Seoul"),
        ("u", "d", "2024-07-01T23:00Z", "America/New_York"),
    ]
    found = read_visits(table_of(tmp_path, rows, "user,place,time,zone"), {}, "train").rows
    clock = pd.to_datetime(found["local_s"], unit="s").dt.strftime("%d %H:%M:%S").tolist()
    assert clock == ["01 17:00:30", "01 18:00:00", "01 20:00:00", "01 19:00:00"]
    early = table_of(tmp_path, [("u", "a", "2024-07-01T00:00Z")])
    by_option = read_visits(early, {}, "train", "Asia/Seoul").rows
    assert pd.to_datetime(by_option["local_s"], unit="s").dt.hour.tolist() == [9]


def test_a_clock_put_back_is_not_out_of_order(tmp_path):
    rows = [("u", "a", "2024-11-03T01:50-04:00"), ("u", "b", "2024-11-03T01:10-05:00")]
    check_order(read_visits(table_of(tmp_path, rows), {}, "train").rows)


def test_day_minute_and_weekday_give_the_clock_of_a_week(tmp_path):
    rows = [("u", "a", 3, 60, 0), ("u", "b", 4, 61, 1), ("v", "a", 0, 0, 6)]
    found = read_visits(table_of(tmp_path, rows, "user,place,start_day,start_min,weekday"), {}, "train").rows
    when = pd.to_datetime(found["local_s"], unit="s")
    assert when.dt.day_of_week.tolist() == [0, 1, 6] and when.dt.strftime("%H:%M").tolist() == [
        "01:00",
        "01:01",
        "00:00",
    ]


def test_parquet_with_times_is_the_same_as_text(tmp_path):
    path = table_of(tmp_path, ROWS)
    text = read_visits(path, {}, "train").rows
    frame = pd.read_csv(path)
    frame["time"] = pd.to_datetime(frame["time"])
    frame.to_parquet(tmp_path / "train.parquet")
    assert read_visits(tmp_path / "train.parquet", {}, "train").rows["local_s"].tolist() == text["local_s"].tolist()


@pytest.mark.parametrize(
    ("rows", "head", "told"),
    [
        ([*ROWS, ("", "a", "2024-03-01T08:00")], "user,place,time", "train.csv:5: user"),
        ([*ROWS, ("w", "nan", "2024-03-01T08:00")], "user,place,time", "train.csv:5: place"),
        ([*ROWS, ("w", "a", "NaN")], "user,place,time", "train.csv:5: time is NaN"),
        ([*ROWS, ("w", "a", "2024-02-30T08:00")], "user,place,time", "2024-02-30T08:00"),
        ([*ROWS, ("w", "a", "yesterday")], "user,place,time", "yesterday"),
        ([*ROWS, ("w", "a", "2024-03-01T08:00+25:00")], "user,place,time", "+25:00"),
        ([("w", "a", "2024-03-01T08:00Z", "Asia/Soul")], "user,place,time,zone", "train.csv:2: zone is Asia/Soul"),
        ([("w", "a", "2024-03-01T08:00Z", "../etc")], "user,place,time,zone", "zone is ../etc"),
        ([*ROWS, ("u", "a", "2024-03-01T08:30")], "user,place,time", "train.csv:5: time is 2024-03-01 08:30:00"),
        ([("u", "a", 1, 60)], "user,place,start_day,start_min", "weekday"),
        ([("u", "a", 1.5, 60, 2)], "user,place,start_day,start_min,weekday", "start_day is 1.5"),
        ([("u", "a", 1, 1440, 2)], "user,place,start_day,start_min,weekday", "start_min is 1440"),
        ([("u", "a", 1, "", 9)], "user,place,start_day,start_min,weekday", "weekday is 9"),
        ([("u", "a", 1, 0, 2), ("u", "a", 2, 0, 4)], "user,place,start_day,start_min,weekday", "train.csv:3: weekday"),
        ([], "user,place,time", "only a header"),
        (ROWS, "user,place,when", "--map-column THEIRS=time"),
        ([(*ROWS[0], 1)], "user,place,time,user", "user.1"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_taken_are_named(tmp_path, rows, head, told):
    path = table_of(tmp_path, rows, head)
    if told == "user.1":
        with pytest.raises(InputError, match="comes twice"):
            read_visits(path, {"user.1": "user"}, "train")
        return
    with pytest.raises(InputError) as error:
        check_order(read_visits(path, {}, "train").rows)
    assert told in str(error.value)


def test_parts_in_the_wrong_order_are_refused(tmp_path, capsys, told):
    words = [told[0], told[3], told[2], told[1], *told[4:]]
    assert run(tmp_path, *words) == EXIT_INPUT
    assert "in the order --train, --valid, --test" in capsys.readouterr().err
    assert run(tmp_path, *told, "--map-column", "nobody=user") == EXIT_INPUT
    assert "nobody" in capsys.readouterr().err


@pytest.mark.shared
@pytest.mark.slow
def test_foursquare_of_new_york_in_its_published_split(shared_data, tmp_path, capsys):
    words = [w for part in DAYS for w in (f"--{part}", str(shared_data / "mobility" / f"fsq_nyc_{part}.csv.gz"))]
    body = body_of(tmp_path, capsys, *words, "--map-column", "user_id=user", "--map-column", "location_id=place")
    unknown, known, markov, _ = body["models"]
    assert unknown["n_row"] == markov["n_row"] == 18_598
    assert (markov["acc_1"], markov["acc_5"], markov["acc_10"]) == pytest.approx((0.277, 0.609, 0.724), abs=0.001)
    assert unknown["acc_1"] >= 0.305 and unknown["acc_5"] >= 0.66 and unknown["acc_10"] >= 0.76
    assert known["acc_1"] >= 0.40
    assert unknown["against_markov"]["acc_1"]["interval"][0] > 1.1
    assert unknown["calibration_error"] < 0.04 and known["calibration_error"] < 0.04
    assert abs(unknown["new_prob"] - unknown["new_share"]) < 0.02
