"""The commands of `sru-ner corpora`: a module for each, named like it.

Imports: adding, cli, corpora, data_report, dataset, errors, files, harmonize, inventories, layout,
leakage, rendering.
"""
