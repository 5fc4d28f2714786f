"""Reusable pieces of the pages: plain values in, a Dash component out. They know no hazard, store or language."""
