"""Formats from which documents are read for annotation, one module for each.

Imports: annotation, corpora, errors.
"""
