"""Flood: from rain to runoff, water over ground, what it does to people and traffic, and when it is gone."""
