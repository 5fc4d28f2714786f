"""From what a run found to rows, to the results file and to a table a person reads."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.routing.graphs import Graph
from tests.benchmarks.routing.peers import OURS
from tests.benchmarks.routing.run import Figure, Outcome
from tests.benchmarks.routing.targets import Target

RESULTS: Final = Path(__file__).resolve().parents[1] / "benchmarks.json"
KEY: Final = "B"
"""Where this room's figures stand in the results file."""

Row = dict[str, Any]


def value_of(figure: Figure) -> float:
    """What a ratio is made of: seconds, or triangles."""
    return float(figure["n_triangle"] if figure["cpu_s"] is None else figure["cpu_s"])


def compare_target(target: Target, outcome: Outcome) -> Row:
    """One row of the targets; without figures it says why."""
    row: Row = {"job": target.job, "peer": target.peer, "must": target.must, "stretch": target.stretch}
    if target.peer_job:
        row["peer_job"] = target.peer_job
    theirs, ours = outcome.figures.get((target.peer_job or target.job, target.peer), (None, None))
    if target.peer_job:
        ours = outcome.figures.get((target.job, OURS), (None, None))[0]
    if theirs is None or ours is None:
        return row | {"ours": None, "theirs": None, "ratio": None, "holds": None, "reason": _why(target, outcome)}
    ratio = value_of(ours) / value_of(theirs)
    holds = None if target.must is None else ratio <= target.must
    return row | {"ours": value_of(ours), "theirs": value_of(theirs), "ratio": ratio, "holds": holds}


def _why(target: Target, outcome: Outcome) -> str:
    if target.peer in outcome.failures:
        return f"{target.peer}: {outcome.failures[target.peer]}"
    if target.peer not in outcome.facts:
        return f"{target.peer} was not asked for"
    if (target.job, OURS) not in outcome.figures:
        return "we do not offer it"
    return f"{target.peer} does not offer it"


def rows_of(outcome: Outcome, targets: Sequence[Target]) -> list[Row]:
    """Every target, then every other figure beside ours, then ours alone."""
    rows = [compare_target(target, outcome) for target in targets]
    named = {(target.job, target.peer) for target in targets}
    for (job, peer), (_, ours) in outcome.figures.items():
        if (job, peer) in named or peer == OURS or ours is None:
            continue
        rows.append(compare_target(Target(job, peer, None), outcome))
    return rows


def record_of(graph: Graph, outcome: Outcome, targets: Sequence[Target], command: str, load: Sequence[float]) -> Row:
    """Everything worth keeping of a run."""
    held = outcome.facts[OURS].memory_bytes
    peers = {
        name: {
            "version": facts.version,
            "prepare_cpu_s": round(facts.prepare_s, 3),
            "memory_mb": round(facts.memory_mb, 1),
            "notes": outcome.notes.get(name, []),
        }
        for name, facts in outcome.facts.items()
    }
    for name, reason in outcome.failures.items():
        peers.setdefault(name, {})["failed"] = reason
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
        "machine": machine(),
        "load_average_before": [round(x, 2) for x in load],
        "load_average_after": [round(x, 2) for x in os.getloadavg()],
        "graph": {"name": graph.name, "n_node": graph.n_node, "n_edge": graph.n_edge},
        "memory_mb_per_million_edges": None if held is None else round(held / graph.n_edge, 1),
        "engines": peers,
        "figures": {f"{job} · {name}": dict(found[0]) for (job, name), found in outcome.figures.items()},
        "rows": rows_of(outcome, targets),
    }


def machine() -> dict[str, Any]:
    """What it ran on."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        lines = (line.partition(":") for line in cpuinfo.read_text(encoding="utf-8").splitlines())
        model = next((value.strip() for name, _, value in lines if name.strip() == "model name"), "")
    return {
        "processor": model or platform.processor(),
        "n_core": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def keep_others(record: Row, former: Mapping[str, Any]) -> Row:
    """A record with what a former one tells of peers that this run did not ask; each such row has its own date."""
    asked = set(record["engines"])
    others = {name: engine for name, engine in former["engines"].items() if name not in asked}
    date = former["date"]
    rows = [{"date": date} | row for row in former["rows"] if row["peer"] in others and row["ratio"] is not None]
    told = {(row["job"], row["peer"]) for row in rows}
    figures = {name: figure for name, figure in former["figures"].items() if name.split(" · ")[1] in others}
    return record | {
        "engines": record["engines"] | others,
        "figures": figures | record["figures"],
        "rows": [row for row in record["rows"] if (row["job"], row["peer"]) not in told] + rows,
    }


def merge(path: Path, name: str, record: Row, keeps_others: bool = False) -> None:
    """Put a record under `KEY` and `name` of the results file, leaving everything else as it is.

    With `keeps_others` the figures of peers that this run did not ask stay too.
    """
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if keeps_others and name in kept.get(KEY, {}):
        record = keep_others(record, kept[KEY][name])
    kept.setdefault(KEY, {})[name] = record
    written = path.with_name(path.name + ".part")
    written.write_text(json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(written, path)


def amount(value: float | None, job: str) -> str:
    """A figure as a person reads it."""
    if value is None:
        return "-"
    if job == "triangles":
        return f"{value:,.0f}"
    for factor, unit in ((1.0, "s"), (1e3, "ms")):
        if value * factor >= 1:
            return f"{value * factor:,.2f} {unit}"
    return f"{value * 1e6:,.1f} us"


def share(ratio: float | None) -> str:
    """A ratio, small ones as one part of many."""
    if ratio is None:
        return "-"
    return f"{ratio:.2f}" if ratio >= 0.095 else f"1/{1 / ratio:,.0f}"


def table_of(record: Mapping[str, Any]) -> str:
    """The run as text."""
    graph, load = record["graph"], record["load_average_before"]
    lines = [
        f"{graph['name']}: {graph['n_node']:,} nodes, {graph['n_edge']:,} edges; load average {load}",
        f"ours holds {record['memory_mb_per_million_edges']} MB per million edges",
        f"{'job':22}{'peer':16}{'ours':>12}{'theirs':>12}{'ratio':>10}{'must':>9}{'stretch':>9}  holds",
    ]
    for row in record["rows"]:
        words = {True: "yes", False: "NO", None: row.get("reason", "")}[row["holds"]]
        ours, theirs = (amount(row[side], row["job"]) for side in ("ours", "theirs"))
        lines.append(
            f"{row['job']:22}{row['peer']:16}{ours:>12}{theirs:>12}"
            f"{share(row['ratio']):>10}{share(row['must']):>9}{share(row['stretch']):>9}  {words}"
        )
    for name, engine in record["engines"].items():
        words = [f"failed: {engine['failed']}"] if "failed" in engine else engine["notes"]
        lines += [f"{name}: {word}" for word in words]
    return "\n".join(lines) + "\n"
