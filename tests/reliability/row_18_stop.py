"""Row 18: a stop asked for under load cuts no answer."""

import signal
import time

from dashboard.store.bundles import Manifest, write_bundle
from tests.faults.served import Server
from tests.reliability.figures import Figures, Plan
from tests.reliability.load import Load
from tests.tiny import tiny_area

TITLE = "graceful stop under load"
TARGET = "0 cut answers, jobs resume"
STOP_S = 60.0
PATHS = ("/api/v1/version?area=tiny", "/api/v1/areas", "/", "/api/v1/openapi.json")
WORKING_S = 1.5


def measure(plan: Plan) -> Figures:
    """Stop again and again while many ask, with kept and with new connections; count what became of each question.

    The kernel connects whoever comes until the door closes; those waiting there then were never read by any process.
    """
    write_bundle(plan.folder, tiny_area(), Manifest())
    cut = lost = answered = 0
    stops = []
    for number in range(plan.pick(2, 8)):
        server = Server(plan.folder)
        try:
            server.wait_for_address()
            ask = lambda k: ("GET", PATHS[k % len(PATHS)], None)  # noqa: E731
            with Load(server.port, ask, n_thread=16, is_kept=number % 2 == 0) as load:
                time.sleep(WORKING_S)
                begun_s = time.monotonic()
                server.process.send_signal(signal.SIGTERM)
                status = server.process.wait(STOP_S)
                stops.append(time.monotonic() - begun_s)
                assert status == 0, f"stopped with status {status}"
            account = load.account
        finally:
            server.close()
        cut += account.outcomes["cut"]
        lost += account.outcomes["lost"]
        answered += account.outcomes["200"]
    values = {
        "stops": len(stops), "answered": answered, "cut": cut, "waiting_at_the_door_when_it_closed": lost,
        "stop_s_max": round(max(stops), 2),     }  # fmt: skip
    failed = [f"{cut} answers cut"] if cut else []
    return Figures(values, failed)
