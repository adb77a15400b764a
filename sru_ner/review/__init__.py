"""Reviews a registered model beside the champion: page, gates, and what was decided.

Imports: corpora, dataset, environment, errors, evaluation, evaluation_report, files, inference,
integrations, layout, leakage, manifests, model, registry, rendering, settings, text, tracking.
"""
