# The service, small and as an ordinary user. The embedded database lies in the volume /data.
FROM python:3.12-slim AS install
COPY requirements.txt constraints.txt ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.12-slim
RUN useradd --system --create-home odm && install --directory --owner odm /data
COPY --from=install /venv /venv
WORKDIR /odm
COPY service.py ./
COPY app ./app
COPY database ./database
USER odm
VOLUME /data
ENV PATH=/venv/bin:$PATH ODM_HOST=0.0.0.0 ODM_SQLITE_PATH=/data/odm.db
EXPOSE 8000
HEALTHCHECK --start-period=30s --interval=15s --timeout=5s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["python", "service.py"]
