# Two images, without CUDA and without root:
#   docker build --target serve    --tag sru-ner-serve .       a model behind HTTP, on port 8000
#   docker build --target pipeline --tag sru-ner-pipeline .    the pipeline, Prefect's worker, MLflow
# compose.yaml runs both; docs/how-to/deploy.md explains them.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim-bookworm AS python
ENV PATH=/opt/sru-ner/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DO_NOT_TRACK=true \
    HF_HUB_DISABLE_TELEMETRY=1 \
    MLFLOW_DISABLE_TELEMETRY=true \
    PREFECT_SERVER_ANALYTICS_ENABLED=false
RUN useradd --uid 1000 --create-home sru-ner

FROM python AS build
# The CPU builds of PyTorch; an empty value takes those with CUDA.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_EXTRA_INDEX_URL=$TORCH_INDEX \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY constraints.txt ./
RUN python -m venv /opt/sru-ner && pip install --constraint constraints.txt torch transformers
COPY .dvcignore .gitignore MANIFEST.in LICENSE README.md pyproject.toml setup.py ./
COPY dvc.yaml params.yaml prefect.yaml ./
COPY data/dvc.yaml data/params.yaml data/
COPY suites/stages.yaml suites/
COPY suites/demo/params.yaml suites/demo/
COPY .dvc .dvc
COPY conf conf
COPY flows flows
COPY sru_ner sru_ner
COPY verdicts/README.md verdicts/

FROM build AS build-serve
RUN pip install --constraint constraints.txt '.[serve]'

FROM build AS build-pipeline
RUN pip install --constraint constraints.txt '.[pipeline,postgresql]'

FROM python AS serve
COPY --from=build-serve /opt/sru-ner /opt/sru-ner
COPY models/released /models
USER 1000
WORKDIR /home/sru-ner
ENV HF_HUB_OFFLINE=1 \
    SRU_NER_MODEL=/models/sru-ner-biomed-small \
    SRU_NER_OFFLINE=1
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD \
  ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["sru-ner", "serve", "--host", "0.0.0.0", "--port", "8000"]

FROM python AS pipeline
# DVC needs git; `make` has the commands of a project.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git make \
 && rm -rf /var/lib/apt/lists/* \
 && install --directory --owner sru-ner --group sru-ner /project /artifacts /prefect
COPY --from=build-pipeline /opt/sru-ner /opt/sru-ner
COPY docker/worker /usr/local/bin/sru-ner-worker
USER 1000
WORKDIR /project
ENV PREFECT_HOME=/prefect \
    PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=120
CMD ["sru-ner", "doctor"]
