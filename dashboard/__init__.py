"""Wires the rooms: areas, feeds, store, refresh loop, answers, API, pages and the command line."""
