"""Formats from which documents are read for annotation, one module for each.

Imports: annotation, corpora, dataset, errors, files.
"""
