import dataclasses

import pytest

from dashboard.settings import Settings
from dashboard.store.bundles import Manifest, remove_bundle, write_bundle
from dashboard.store.library import MARK_EVERY_S, Library
from dashboard.store.snapshots import write_snapshot
from risk_core.errors import NotFoundError, UnavailableError
from tests.store.samples import small_assessment


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path, area="tiny")


def install(settings, area, area_id="tiny"):
    write_bundle(settings.home, dataclasses.replace(area, area_id=area_id), Manifest())


def test_areas_appear_default_first_and_go_again(settings, area):
    library = Library(settings)
    assert library.area_ids() == ()
    for name in ("zeta", "tiny", "alpha"):
        install(settings, area, name)
    assert library.area_ids() == ("tiny", "alpha", "zeta")
    remove_bundle(settings.home, "alpha")
    assert library.area_ids() == ("tiny", "zeta")
    with pytest.raises(NotFoundError):
        library.area("alpha")


def test_an_area_is_mapped_once_and_again_after_a_rebuild(settings, area):
    library = Library(settings)
    install(settings, area)
    held = library.area("tiny")
    assert library.area("tiny") is held
    install(settings, dataclasses.replace(area, name_en="Rebuilt"))
    assert library.area("tiny").name_en == "Rebuilt"


@pytest.mark.parametrize("area_id", ["", "..", "../tiny", "nowhere", "TINY"])
def test_an_unknown_area_is_named_in_the_error(settings, area_id):
    with pytest.raises(NotFoundError) as caught:
        Library(settings).area(area_id)
    assert caught.value.faults[0].argument == "area"


def test_an_assessment_needs_a_snapshot_of_the_present_build(settings, area):
    library = Library(settings)
    install(settings, area)
    with pytest.raises(UnavailableError):
        library.assessment("tiny")
    write_snapshot(settings.home, small_assessment())
    with pytest.raises(UnavailableError, match="rebuilt"):
        library.assessment("tiny")
    hash_now = library.area("tiny").content_hash
    written = write_snapshot(settings.home, dataclasses.replace(small_assessment(), area_hash=hash_now))
    assert library.assessment("tiny").version == written.version


def test_looking_at_an_installed_area_marks_it_now_and_then(settings, area):
    seconds = [0.0]
    library = Library(settings, monotonic_s=lambda: seconds[0])
    install(settings, area)
    assert library.used_s("tiny") == -float("inf")
    library.snapshots.version("tiny")
    library.snapshots.version("nowhere")
    first = library.used_s("tiny")
    assert first > 0
    mark = settings.home / "used" / "tiny"
    assert [path.name for path in mark.parent.iterdir()] == ["tiny"]
    mark.unlink()
    library.snapshots.version("tiny")
    assert not mark.exists()
    seconds[0] = MARK_EVERY_S
    library.snapshots.version("tiny")
    assert mark.exists()


def test_the_engine_looks_without_marking(settings, area):
    library = Library(settings, marks_use=False)
    install(settings, area)
    library.snapshots.version("tiny")
    assert library.used_s("tiny") == -float("inf")


def test_stores_are_opened_once(settings):
    library = Library(settings)
    assert library.observations is library.observations
    assert library.drills is library.drills
    assert library.observations.change_count("tiny") == 0
