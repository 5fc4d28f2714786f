"""Evacuation plans in files: zones read, plans written as JSON, GeoJSON, tables and draft warnings."""
