"""Training of one model: from harmonised corpora to sequences, batches, steps and its best epoch.

Imports: dataset, decisions, environment, errors, files, layout, manifests, model, rendering,
settings.
"""
