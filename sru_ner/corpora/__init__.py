"""Corpora as they are published: their catalog, their downloads and readers of their formats.

Imports: dataset, environment, errors, files, rendering, settings, text.
"""
