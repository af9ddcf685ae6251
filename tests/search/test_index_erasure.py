"""Somebody who ended leaves nothing in Elasticsearch either: no document of any index is theirs or says their words."""

import json

import pytest
from django.conf import settings

from common.clock import now
from practitioners.models import Practitioner
from practitioners.retention import end_practitioners
from search.actions import index, rebuild, words
from search.models import SearchEntry, SearchWord

pytestmark = pytest.mark.django_db
WORDS = ("zephirinette", "zéphirinette", "quenouille")


def held(client, key: int) -> list[str]:
    """The leaver's documents, and those of the words that any document of ours says, whichever index it is in."""
    pattern = f"{settings.ELASTICSEARCH_INDEX}-*"
    client.indices.refresh(index=pattern)
    hits = client.search(index=pattern, size=1000, sort=["id"], fields=["*"])["hits"]["hits"]
    text = json.dumps(hits, ensure_ascii=False).lower()
    return [str(hit["sort"][0]) for hit in hits if hit["sort"][0] == key] + [word for word in WORDS if word in text]


def test_no_word_of_an_ended_practitioner_is_left_in_any_index(
    elasticsearch, listed, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(rebuild, "GRACE_SECONDS", 0)
    leaver = listed(first_name="Zéphirinette", last_name="Quenouille", slug="zephirinette-quenouille")
    listed(first_name="Odile", last_name="Vasseur")
    rebuild.rebuild(cause="command", with_entries=False)
    index.keep()
    assert held(elasticsearch, leaver.pk)
    with django_capture_on_commit_callbacks(execute=True):
        Practitioner.objects.filter(pk=leaver.pk).update(status="ended", ended_at=now())
        end_practitioners([leaver.pk], now())
    index.keep()
    words.recount()
    assert held(elasticsearch, leaver.pk) == []
    assert SearchEntry.objects.count() == 1, "the other one is still found"
    assert not SearchWord.objects.filter(word__in=["zephirinette", "quenouille"]).exists()
