"""Annotation of files with a trained model, in shards that can be resumed and shared by processes.

Imports: corpora, dataset, environment, errors, files, inference, locks, rendering, text.
"""
