"""Faces: the same answers in the words of other services, so that their clients work unmodified."""
