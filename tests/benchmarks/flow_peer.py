"""OR-tools on a flow given as arrays; runs in an environment of its own and prints one line of JSON.

    python flow_peer.py ARCS.npz most|cheapest

`most`: units that get from `start` to `stop`. `cheapest`: least cost of `n_unit` units that do.
"""

import json
import sys
import time

import numpy as np
from ortools.graph.python import max_flow, min_cost_flow

path, job = sys.argv[1:]
arcs = np.load(path)
begin = time.process_time()
if job == "most":
    solver = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(arcs["tail"], arcs["head"], arcs["units"])
    is_solved = solver.solve(int(arcs["start"]), int(arcs["stop"])) == solver.OPTIMAL
    found = solver.optimal_flow()
else:
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(arcs["tail"], arcs["head"], arcs["units"], arcs["cost"])
    solver.set_node_supply(int(arcs["start"]), int(arcs["n_unit"]))
    solver.set_node_supply(int(arcs["stop"]), -int(arcs["n_unit"]))
    is_solved = solver.solve() == solver.OPTIMAL
    found = solver.optimal_cost()
sys.stdout.write(json.dumps({"found": found if is_solved else None, "cpu_s": time.process_time() - begin}) + "\n")
