"""Examples of answers that are texts of their own kind in the OpenAPI document, invented; a test reads each."""

from typing import Any, Final

from dashboard.api.examples import CREDIT, NOW, POINT_A, POINT_B, VERSION_NAME

ALERT_ID: Final = "5f2b5f2b5f2b5f2b"
ROOT: Final = "https://example.org/api"
CAP_MESSAGE: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
 <identifier>ansimgil-{ALERT_ID}</identifier><sender>ansimgil</sender><sent>2026-07-01T03:00:00-00:00</sent>
 <status>Exercise</status><msgType>Alert</msgType><source>weather office</source><scope>Public</scope>
 <info>
  <language>en</language><category>Other</category><event>Heavy rain warning</event><urgency>Immediate</urgency>
  <severity>Severe</severity><certainty>Observed</certainty><effective>2026-07-01T03:00:00-00:00</effective>
  <onset>2026-07-01T03:00:00-00:00</onset><expires>2026-07-01T09:00:00-00:00</expires>
  <senderName>weather office</senderName><headline>Heavy rain over the bay</headline>
  <instruction>Keep away from streams.</instruction>
  <area><areaDesc>La Serena</areaDesc>
   <polygon>-29.95,-71.30 -29.95,-71.20 -29.85,-71.20 -29.85,-71.30 -29.95,-71.30</polygon></area>
 </info>
</alert>"""
ATOM_FEED: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
 <id>{ROOT}/v1/cap/feed.atom?area=coquimbo</id><title>Warnings</title><updated>{NOW}</updated>
 <entry><id>urn:sha256:{ALERT_ID * 4}</id><title>Heavy rain over the bay</title><updated>{NOW}</updated>
  <author><name>weather office</name></author><summary>Keep away from streams.</summary>
  <link rel="alternate" href="{ROOT}/v1/cap/{ALERT_ID}.xml?area=coquimbo" type="application/cap+xml"/></entry>
</feed>"""
GPX_FILE: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Ansimgil" xmlns="http://www.topografix.com/GPX/1/1">
 <metadata><name>Ansimgil</name><desc>{CREDIT}</desc><time>{NOW}</time></metadata>
 <rte><name>Safest</name><desc>Drill · 2.0 km · 24 min · Attention</desc>
  <rtept lat="{POINT_A["lat"]}" lon="{POINT_A["lon"]}"><desc>Set off along Avenida del Mar</desc></rtept>
  <rtept lat="{POINT_B["lat"]}" lon="{POINT_B["lon"]}"><desc>You are there</desc></rtept></rte>
 <trk><name>Safest</name><trkseg><trkpt lat="{POINT_A["lat"]}" lon="{POINT_A["lon"]}"/>
  <trkpt lat="{POINT_B["lat"]}" lon="{POINT_B["lon"]}"/></trkseg></trk>
</gpx>"""
NEWS: Final = f"""event: snapshot
id: coquimbo:412
data: {{"area": "coquimbo", "version": "{VERSION_NAME}", "now": "{NOW}", "simulated": true}}

"""
_CORNER: Final = [POINT_A["lon"], POINT_A["lat"]]
_RING: Final = [_CORNER, [_CORNER[0] + 0.01, _CORNER[1]], [_CORNER[0] + 0.01, _CORNER[1] + 0.01], _CORNER]
DISTRICTS: Final[dict[str, Any]] = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"district_id": "04102100001"},
            "geometry": {"type": "Polygon", "coordinates": [_RING]},
        }
    ],
}
QUERYABLES: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": f"{ROOT}/ogc/collections/closures/queryables",
    "type": "object",
    "title": "closures",
    "properties": {"reason": {"type": "string", "title": "reason", "enum": ["flood", "works"]}},
}
DOCUMENT_30: Final[dict[str, Any]] = {
    "openapi": "3.0.3",
    "info": {"title": "Ansimgil API", "version": "1.0.0"},
    "servers": [{"url": "/api"}],
    "paths": {},
}
