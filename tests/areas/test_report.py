from dashboard.areas import report as report_module
from dashboard.areas.report import BuildReport


def test_text_names_what_was_kept_and_each_fault():
    report = BuildReport()
    report.kept("shelters", 3)
    report.kept("shelters", 2)
    report.note("A note.")
    report.note("A note.")
    report.bad("a.csv, line 7", "capacity", "'x'", "a number", "Kept.")
    assert report.as_text().splitlines() == [
        "kept: 5 shelters",
        "note: A note.",
        "found wrong: 1",
        "  a.csv, line 7: capacity is 'x'; wanted a number. Kept.",
    ]


def test_refusal_carries_the_earlier_faults_of_the_same_file_only():
    report = BuildReport()
    report.bad("a.csv, line 2", "lat", "x", "a number", "Left out.")
    report.bad("b.csv, line 2", "lat", "y", "a number", "Left out.")
    error = report.refuse("a.csv", "position", "missing", "a position", "Correct it.")
    assert [fault.place for fault in error.faults] == ["a.csv", "a.csv, line 2"]


def test_a_flood_of_faults_is_counted_but_not_listed(monkeypatch):
    monkeypatch.setattr(report_module, "LISTED_FAULTS", 3)
    report = BuildReport()
    for line in range(10):
        report.bad(f"a.csv, line {line}", "lat", "x", "a number", "Left out.")
    assert (report.n_fault, len(report.faults)) == (10, 3)
    assert "and 7 more" in report.as_text()
