"""`score prevalence`: who is infectious, against the event-risk rule (`dashboard.score.epidemic.event_risk`)."""

import argparse
import json
import sys
from typing import Any

from dashboard.settings import Settings
from risk_core.errors import Fault, InputError


def register_prevalence(models: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `score prevalence` to the command line."""
    prevalence = models.add_parser(
        "prevalence", help="who is infectious, against the event-risk rule, on simulated waves"
    )
    prevalence.add_argument("--seed", type=int, default=101, help="first seed (101); the settings were chosen on 1..24")
    prevalence.add_argument("--n-seed", type=int, default=24, help="seeds from there on (24)")
    prevalence.add_argument("--n-place", type=int, default=60, help="places for each seed (60)")
    prevalence.add_argument("--json", action="store_true", help="print one JSON object")
    prevalence.set_defaults(run=run_prevalence)


def run_prevalence(args: argparse.Namespace, settings: Settings) -> int:
    """Simulate, score, and print a table, or JSON."""
    from dashboard.score.epidemic.event_risk import score_prevalence

    for name, most in (("n_seed", 1000), ("n_place", 5000)):
        if not 1 <= getattr(args, name) <= most:
            flag = f"--{name.replace('_', '-')}"
            raise InputError(Fault(flag, str(getattr(args, name)), f"a whole number in 1..{most}", "Leave it out."))
    body = score_prevalence(range(args.seed, args.seed + args.n_seed), args.n_place)
    sys.stdout.write(json.dumps(body) + "\n" if args.json else _words(body))
    return 0


def _words(body: dict[str, Any]) -> str:
    lines = [f"{body['n_row']} rows of {body['n_place']} places, seeds {body['seeds'][0]}..{body['seeds'][-1]}"]
    lines.append("infections per report      ours   rule  ours/rule  inside 90 %")
    named = {"known": body["known"], "prior": body["prior"], "evidence": body["evidence"]}
    named["evidence drifted"] = body["evidence_drifted"]
    named |= {f"known, {name}": one for name, one in body["known"]["by_phase"].items()}
    sizes = body["known"]["by_reports_per_day"]
    named |= {f"known, {name} a day": one for name, one in sizes.items()}
    named["known, delays wrong"] = body["delays_wrong"]
    named["known, nothing shared"] = body["nothing_shared"]
    for name, one in named.items():
        ours, rule = one["median_abs_log_error"]["ours"], one["rule_median_abs_log_error"]
        lines.append(f"{name:25}  {ours:.3f}  {rule:.3f}  {one['ratio']:9.3f}  {one['coverage_90']:.3f}")
    lines.append(f"least ratio possible with the prior alone {body['prior']['least_ratio']:.3f}")
    lines.append(f"evidence, the rule with our record {body['evidence']['ratio_to_rule_with_our_record']:.3f}")
    return "\n".join(lines) + "\n"
