"""Infection: from reported cases by district to the chance of meeting an infectious person."""
