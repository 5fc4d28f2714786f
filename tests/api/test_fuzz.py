from tests.api.fuzz import PARSERS, fuzz


def test_no_bytes_crash_a_parser():
    counts = fuzz(5.0, seed=7)
    assert set(counts) == set(PARSERS) and all(counts.values())
