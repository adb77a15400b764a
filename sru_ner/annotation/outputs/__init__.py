"""Formats in which annotated documents are written, one module for each.

Imports: annotation, corpora, errors, inference, rendering, text.
"""
