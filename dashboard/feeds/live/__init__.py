"""Feeds from the network: asked politely, bounded in every way, and never trusted."""
