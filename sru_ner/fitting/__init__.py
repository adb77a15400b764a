"""Trains, tests and reports on one model of a user's own corpora, without a project.

Imports: adding, annotation, corpora, dataset, decisions, environment, errors, evaluation,
evaluation_report, files, harmonize, inference, layout, leakage, locks, manifests, model, rendering,
settings, training.
"""
