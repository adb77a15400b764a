"""The `sru-ner` command: a module for each command, named like it; libraries load when it runs.

Imports: adding, annotation, assessment, corpora, data_report, dataset, decisions, environment,
errors, evaluation, evaluation_report, files, fitting, harmonize, inference, integrations,
inventories, layout, leakage, locks, manifests, predictions, project, registry, rendering,
reproduction, review, serving, settings, tracking, training.
"""
