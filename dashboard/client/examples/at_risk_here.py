"""Am I at risk here? python at_risk_here.py URL LAT LON"""

import sys

from ansimgil_client import Client

url, lat, lon = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
here = Client(url, lang="en").risk(lat, lon)
print(f"{'Drill: ' if here.simulated else ''}{here.level}, risk {here.risk}, as of {here.data_as_of}")
for hazard in here.hazards:
    print(f"  {hazard.hazard}: {hazard.level}. {hazard.reason}")
for words in here.advice:
    print(f"  Do: {words}")
