import dataclasses
import threading

import numpy as np
import pytest
from flask_caching import Cache

from dashboard.answers import Answers, RouteQuestion
from dashboard.answers.keyed_cache import KeyedCache
from dashboard.api import create_api
from dashboard.store.bundles import Manifest, write_bundle
from risk_core.assess import assess_point
from risk_core.errors import InputError, NotFoundError, OutsideAreaError, SwappedCoordinatesError, UnavailableError
from risk_core.routes.find import find_routes
from risk_core.routes.price import price
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from tests.answers.small_world import EMPTY_ID, make_library, write_next
from tests.tiny import node_position

ORIGIN, DESTINATION = node_position(0), node_position(5)


def question(**changes):
    words = {"area_id": "tiny", "profile": Profile.WALK} | changes
    return RouteQuestion(
        words.pop("area_id"), *words.pop("origin", ORIGIN), *words.pop("destination", DESTINATION), **words
    )


def test_risk_is_the_record_of_the_core(library):
    point = Answers(library).risk_at("tiny", *ORIGIN)
    # By their words, for risks that are not known are NaN, which equals nothing.
    assert repr(point) == repr(assess_point(library.area("tiny"), library.assessment("tiny"), *ORIGIN))
    assert point.risk > 0.5 and point.simulated


def test_risk_of_another_step_and_version(library):
    answers = Answers(library)
    newest = library.assessment("tiny")
    older = next(v for v in (f"{newest.sequence - 1}",) if v)
    assert answers.risk_at("tiny", *ORIGIN, step=3).valid_s == newest.now_s + 3600
    assert answers.risk_at("tiny", *ORIGIN, version=newest.version).version == newest.version
    with pytest.raises(NotFoundError):
        answers.risk_at("tiny", *ORIGIN, version=f"{older}-{'0' * 12}")


def test_older_version_answers_while_it_is_kept(tmp_path):
    library = make_library(tmp_path)
    answers = Answers(library)
    first = write_next(library, 0.0)
    dry = answers.risk_at("tiny", *ORIGIN)
    second = write_next(library, 70.0)
    wet = answers.risk_at("tiny", *ORIGIN)
    assert (dry.version, wet.version) == (first.version, second.version)
    assert wet.risk > dry.risk
    assert repr(answers.risk_at("tiny", *ORIGIN, version=first.version)) == repr(dry)


def test_version_of_an_older_build_of_the_area_is_gone(tmp_path):
    library = make_library(tmp_path)
    before = write_next(library, 0.0)
    area = library.area("tiny")
    write_bundle(tmp_path, dataclasses.replace(area, name_en="Rebuilt", population=area.population * 2), Manifest())
    answers = Answers(library)
    with pytest.raises(NotFoundError):
        answers.risk_at("tiny", *ORIGIN, version=before.version)
    with pytest.raises(UnavailableError):
        answers.risk_at("tiny", *ORIGIN)


def test_shared_cache_keeps_pictures_for_the_next_process(library, tmp_path):
    config = {"CACHE_TYPE": "FileSystemCache", "CACHE_DIR": str(tmp_path)}
    for drawn in (b"first", b"never drawn"):
        answers = Answers(library, Cache(config=config))
        app = create_api(library, answers)
        with app.app_context():
            assert answers.image(("tiny", "1-a", 0), lambda drawn=drawn: drawn) == b"first"


def test_no_point_is_kept(library, tmp_path):
    config = {"CACHE_TYPE": "FileSystemCache", "CACHE_DIR": str(tmp_path)}
    answers = Answers(library, Cache(config=config))
    client = create_api(library, answers).test_client()
    (lat, lon), (lat_b, lon_b) = ORIGIN, DESTINATION
    assert client.get(f"/v1/risk?lat={lat}&lon={lon}").status_code == 200
    assert client.get(f"/v1/routes?from={lat},{lon}&to={lat_b},{lon_b}").status_code == 200
    assert client.get("/v1/fields/rain/overlay.png").status_code == 200
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert kept and not any(str(lat).encode() in data or str(lon_b).encode() in data for data in kept)
    keys = str([*answers._priced._values, *answers._free._values, *answers._images._values])
    assert "tiny" in keys and str(lon_b) not in keys and str(lat) not in keys


def test_routes_are_the_record_of_the_core(library):
    found = Answers(library).routes_between(question())
    kinds = (RouteKind.FASTEST, RouteKind.SAFEST)
    assessment = library.assessment("tiny")
    step = assessment.step_now
    expected = find_routes(library.area("tiny"), assessment, ORIGIN, DESTINATION, Profile.WALK, kinds, step)
    assert [r.route_id for r in found.routes] == [r.route_id for r in expected.routes]
    assert [r.duration_s for r in found.routes] == [r.duration_s for r in expected.routes]
    assert found.version == assessment.version


def test_routes_avoid_the_closure(library):
    found = Answers(library).routes_between(question())
    closed = library.assessment("tiny").closed_mask != 0
    assert closed.any()
    assert all(not closed[route.edges].any() for route in found.routes)


def test_streets_are_priced_once_a_version_profile_and_step(library):
    answers = Answers(library)
    first = answers.priced("tiny", Profile.WALK)
    assert answers.priced("tiny", Profile.WALK) is first
    assert answers.priced("tiny", Profile.WALK, step=1) is first
    assert answers.priced("tiny", Profile.CAR) is not first
    assert answers.priced("tiny", Profile.WALK, step=3) is not first
    assert np.isinf(first.costs.travel_time_s[library.assessment("tiny").closed_mask != 0]).all()


def test_the_present_slice_is_read_from_the_snapshot_and_equals_what_is_customised_here(library):
    area, assessment = library.area("tiny"), library.assessment("tiny")
    for profile in Profile:
        mapped = Answers(library).priced("tiny", profile)
        made = price(area.network, mapped.costs)
        for kind, weights in mapped.weights.items():
            assert not weights.up.flags.owndata and not weights.up.flags.writeable
            assert np.shares_memory(weights.up, assessment.weights)
            np.testing.assert_array_equal(weights.up, made.weights[kind].up)
            np.testing.assert_array_equal(weights.down, made.weights[kind].down)


@pytest.mark.parametrize(
    ("origin", "error"),
    [
        ((0.0, 0.0), OutsideAreaError),
        ((ORIGIN[1], ORIGIN[0]), SwappedCoordinatesError),
        ((float("nan"), ORIGIN[1]), InputError),
    ],
)
def test_points_that_do_not_fit(library, origin, error):
    answers = Answers(library)
    with pytest.raises(error):
        answers.routes_between(question(origin=origin))
    with pytest.raises(error):
        answers.risk_at("tiny", *origin)


@pytest.mark.parametrize("step", [-1, 4, 10_000])
def test_unknown_step_names_the_range(library, step):
    with pytest.raises(InputError) as caught:
        Answers(library).risk_at("tiny", *ORIGIN, step=step)
    assert caught.value.faults[0].argument == "step" and "0..3" in caught.value.faults[0].wanted


def test_area_without_streets_or_snapshot_or_name(library):
    answers = Answers(library)
    with pytest.raises(UnavailableError):
        answers.risk_at(EMPTY_ID, *ORIGIN)
    with pytest.raises(NotFoundError):
        answers.risk_at("nowhere", *ORIGIN)
    with pytest.raises(NotFoundError):
        answers.risk_at("../tiny", *ORIGIN)


def test_image_is_drawn_once(library):
    answers, drawn = Answers(library), []

    def draw() -> bytes:
        drawn.append(1)
        return b"picture"

    assert answers.image(("tiny", "1-a", 0), draw) == answers.image(("tiny", "1-a", 0), draw) == b"picture"
    assert len(drawn) == 1


def test_cache_computes_a_missing_key_once_for_many_threads():
    cache: KeyedCache[int] = KeyedCache(4)
    made, start = [], threading.Barrier(8)
    slow = threading.Event()

    def make() -> int:
        made.append(1)
        slow.wait(0.05)
        return 7

    def ask() -> None:
        start.wait()
        assert cache.get_or_make("k", make) == 7

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_cache_forgets_the_oldest_and_keeps_no_failure():
    cache: KeyedCache[str] = KeyedCache(2)
    with pytest.raises(ZeroDivisionError):
        cache.get_or_make("a", lambda: str(1 // 0))
    for key in "abc":
        assert cache.get_or_make(key, lambda key=key: key) == key
    assert len(cache) == 2
    assert cache.get_or_make("a", lambda: "again") == "again"
    assert cache.get_or_make("c", lambda: "again") == "c"
