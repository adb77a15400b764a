"""Synthetic corpora: several annotations of one invented world, generated without downloads.

Imports: dataset, errors, files.
"""
