"""The SRU-NER model: transition system, encoder, recurrent unit, loss, and decoding to mentions.

Imports: dataset, environment, errors, files, settings, text.
"""
