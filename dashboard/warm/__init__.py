"""Kernels compiled before the first visitor asks."""
