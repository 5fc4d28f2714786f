"""Tell me when the level here changes: python subscribe_a_place.py URL LAT LON [CHANGES]"""

import itertools
import sys
import time

from ansimgil_client import Client

url, lat, lon = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
changes = int(sys.argv[4]) if len(sys.argv) > 4 else None
for here in itertools.islice(Client(url, lang="en").watch(lat, lon, time.sleep), changes):
    print(f"{here.valid_at}: {here.level} (snapshot {here.version})", flush=True)
