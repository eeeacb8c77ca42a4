# The service, small and as an ordinary user. It writes to /data, where the embedded database lies
# if it is used, and to /tmp: run it with a read-only root (see docker-compose.yml).

# `make base-digest` adds the image's digest, so that nobody can put another one in its place.
ARG PYTHON_IMAGE=python:3.12-slim

FROM ${PYTHON_IMAGE} AS install
WORKDIR /install
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes --no-deps \
  --only-binary :all: --requirement requirements.lock

FROM ${PYTHON_IMAGE}
RUN useradd --system --uid 10001 --create-home odm && install --directory --owner odm --mode 700 /data
COPY --from=install /venv /venv
WORKDIR /odm
COPY service.py ./
COPY app ./app
COPY database ./database
USER 10001
VOLUME /data
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 ODM_HOST=0.0.0.0 ODM_SQLITE_PATH=/data/odm.db
EXPOSE 8000
HEALTHCHECK --start-period=30s --interval=15s --timeout=5s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["python", "service.py"]
