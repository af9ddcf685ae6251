"""Elasticsearch is optional: without its address the embedded engine (PostgreSQL) answers."""

import environ

env = environ.Env()
# Several hosts of one cluster are separated by commas.
ELASTICSEARCH_URL = env("ELASTICSEARCH_URL", default="")
# The alias that questions are asked of; the indexes behind it are called after it.
ELASTICSEARCH_INDEX = env("ELASTICSEARCH_INDEX", default="practitioners")
ELASTICSEARCH_DSL = {"default": {"hosts": (ELASTICSEARCH_URL or "http://127.0.0.1:9200").split(",")}}
# Indexing is explicit, on commit, by a task: the library's own signals index drafts and never delete.
ELASTICSEARCH_DSL_AUTOSYNC = False
ELASTICSEARCH_DSL_AUTO_REFRESH = False
ELASTICSEARCH_DSL_SIGNAL_PROCESSOR = "django_elasticsearch_dsl.signals.BaseSignalProcessor"
