"""Formats in which annotated documents are written, one module for each.

Imports: annotation, corpora, dataset, errors, inference, rendering, text.
"""
