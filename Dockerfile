# The service, small and as an ordinary user. The embedded database, if it is used, lies in /data.
FROM python:3.12-slim AS install
WORKDIR /install
COPY requirements.txt constraints.txt ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --requirement requirements.txt

FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home odm && install --directory --owner odm /data
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
