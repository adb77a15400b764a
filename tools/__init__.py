"""Checks and chores of the project that are neither benchmarks nor flows.

`bench` imports from here; nothing here imports from `bench` or `flows`.
"""
