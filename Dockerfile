# Production's image: the site, the worker and the clock run from it, with different commands. The demo is not in it.
FROM python:3.13-slim AS built
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN apt-get update && apt-get install --yes --no-install-recommends gettext && rm -rf /var/lib/apt/lists/*
RUN python -m venv /venv
COPY requirements.txt /app/
RUN /venv/bin/pip install --no-deps --requirement /app/requirements.txt
COPY . /app
WORKDIR /app
# Only to collect files: nothing is read with this key.
RUN export SECRET_KEY=build DJANGO_SETTINGS_MODULE=config.settings.production PYTHONPATH=/app/site:/app STATIC_ROOT=/app/static \
    && /venv/bin/python manage.py compilemessages --locale fr --ignore .venv \
    && /venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf site/demo tests

FROM python:3.13-slim
RUN useradd --system --create-home --uid 10001 site && mkdir /data && chown site /data
COPY --from=built /venv /venv
COPY --from=built /app /app
WORKDIR /app
USER site
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app/site:/app PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=config.settings.production \
    STATIC_ROOT=/app/static MEDIA_ROOT=/data/media PRIVATE_ROOT=/data/private BIND=0.0.0.0:8000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]
