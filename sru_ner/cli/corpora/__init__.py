"""The commands of `sru-ner corpora`, one a module.

Imports: adding, cli, corpora, data_report, dataset, errors, files, inventories, layout, leakage,
rendering, settings.
"""
