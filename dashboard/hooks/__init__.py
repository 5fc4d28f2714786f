"""Webhooks: who is told when the risk of a place changes, and how it reaches them safely."""
