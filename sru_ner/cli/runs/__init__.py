"""`sru-ner runs`: the runs and registered versions of a project in MLflow.

Imports: cli, registry, rendering.
"""
