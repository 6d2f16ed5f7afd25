# syntax=docker/dockerfile:1
FROM node:24-slim AS pages
WORKDIR /src
COPY ui/webui ./
RUN npm ci --ignore-scripts --no-audit --no-fund && npx vite build

FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/interlude
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY backend ./backend
COPY workflows ./workflows
COPY tools/hatch_build.py ./tools/hatch_build.py
COPY --from=pages /src/dist ./ui/webui/dist
# The lock file as constraints: its versions, without the tools that only development needs.
RUN /opt/interlude/bin/pip install --no-cache-dir --constraint requirements.lock .

FROM python:3.11-slim
LABEL org.opencontainers.image.title="Interlude" org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/interlude interlude
COPY --from=build /opt/interlude /opt/interlude
ENV PATH=/opt/interlude/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    INTERLUDE_HOST=0.0.0.0 \
    INTERLUDE_PORT=8000 \
    INTERLUDE_DATA_DIR=/var/lib/interlude/data \
    INTERLUDE_LOG_FORMAT=json
WORKDIR /var/lib/interlude
USER interlude
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['INTERLUDE_PORT']}/readyz\", timeout=4)"]
CMD ["interlude", "serve"]
