"""A way round: python route_around.py URL LAT,LON LAT,LON"""

import sys

from ansimgil_client import Client

url, *ends = sys.argv[1:4]
origin, destination = ((float(lat), float(lon)) for lat, lon in (end.split(",") for end in ends))
fastest, safest = Client(url, lang="en").routes(origin, destination, profile="walk", kinds=["fastest", "safest"])
for way in (fastest, safest):
    print(f"{way.kind}: {way.duration_s / 60:.0f} min, {way.length_m:.0f} m, {way.danger_m:.0f} m of it in danger")
print(f"The way round costs {(safest.duration_s - fastest.duration_s) / 60:.1f} min.")
for step in safest.steps:
    print(f"  {step}")
