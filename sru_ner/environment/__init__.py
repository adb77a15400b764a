"""The machine and the installation: device, threads, memory, optional packages, network, versions.

Imports: errors, files.
"""
