"""The `sru-ner` command: one module per group, heavy imports inside the commands.

Imports: adding, annotation, assessment, corpora, data_report, dataset, decisions, environment,
errors, evaluation, evaluation_report, files, harmonize, inference, integrations, inventories,
layout, leakage, manifests, predictions, registry, rendering, serving, settings, tracking, training.
"""
