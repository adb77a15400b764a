#!/bin/sh
# Measures the speed on a GPU in less than ten minutes and writes reports/gpu.md. Run it in a clone, on a
# machine with a CUDA GPU. It makes an environment in .cache/gpu, for which it uses the network.
# If the folder of SRU_NER_MIRROR has the corpora, real texts are read, otherwise synthetic ones.
set -eu
cd "$(dirname "$0")/.."
if [ ! -x .cache/gpu/bin/sru-ner ]; then
    python3 -m venv .cache/gpu
    .cache/gpu/bin/python -m pip install --quiet --constraint constraints.txt --editable '.[train]'
fi
exec .cache/gpu/bin/python -m bench.gpu
