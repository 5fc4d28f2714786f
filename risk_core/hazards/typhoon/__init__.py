"""Typhoon: from a track to wind, gust and risk on the grid; one published model a file."""
