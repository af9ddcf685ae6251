"""The seam for Elasticsearch: the pinned client and library, on a real node, store what a document says.

With a client of 9.4 every document would be indexed empty without an error (issue 505 of django-elasticsearch-dsl).
"""

import pytest
from django_elasticsearch_dsl import Document, fields
from django_elasticsearch_dsl.registries import DocumentRegistry
from elasticsearch.dsl import connections

from places.models import Region

INDEX = "test-node-regions"

# A registry of its own: the project's rebuild command must not know of a test's index.
registry = DocumentRegistry()


@registry.register_document
class RegionDocument(Document):
    name = fields.KeywordField()

    class Index:
        name = INDEX

    class Django:
        model = Region
        fields = ["code"]


def test_a_document_is_not_prepared_empty():
    assert RegionDocument().prepare(Region(code="84", name="Auvergne-Rhône-Alpes")) == {
        "code": "84",
        "name": "Auvergne-Rhône-Alpes",
    }


@pytest.fixture
def index(requires_elasticsearch):
    client = connections.create_connection(alias="default", hosts=requires_elasticsearch)
    RegionDocument._index.delete(ignore_unavailable=True)
    RegionDocument.init()
    yield client
    RegionDocument._index.delete()
    client.close()
    connections.remove_connection("default")


def test_a_real_node_finds_what_was_indexed(index):
    RegionDocument().update(Region(code="84", name="Auvergne-Rhône-Alpes"), refresh=True)
    [hit] = RegionDocument.search().filter("term", name="Auvergne-Rhône-Alpes").execute()
    assert (hit.code, hit.name) == ("84", "Auvergne-Rhône-Alpes")
