"""Trains one model: makes sequences of harmonised corpora, draws batches, keeps the best epoch.

Imports: dataset, decisions, environment, errors, files, layout, locks, manifests, model, rendering,
settings.
"""
