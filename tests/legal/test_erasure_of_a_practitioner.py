"""A practitioner whose time is over: no word of theirs in the database, the stored files, the cache, nor what is handed to workers."""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Comment, CommentReply, ModelLogEntry, PageLogEntry, Revision

from common import tasks
from common.clock import now as clock_now
from practitioners.actions import media
from practitioners.models import ApplicationItem, Practitioner
from practitioners.retention import end_practitioners
from search.actions import entries, words
from tests.factories.practitioners import PractitionerFactory
from tests.legal.test_erasure_search import EMAIL, NAME, PHONE, WORDS, found

pytestmark = pytest.mark.django_db
SLUG = "zephirinette-quenouille"


def in_storage(storage: Storage, folder: str = "") -> list[str]:
    """Names of the stored files that bear one of the words, in their name or within."""
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return []
    paths = [f"{folder}/{name}".lstrip("/") for name in names]
    marked = []
    for path in paths:
        with storage.open(path) as file:
            content = file.read()
        if any(word.lower() in path.lower() or word.encode() in content for word in WORDS):
            marked.append(path)
    return marked + [each for name in folders for each in in_storage(storage, f"{folder}/{name}".lstrip("/"))]


def in_cache() -> list[str]:
    """Keys of the cache (of this process, in tests) whose key or value holds one of the words."""
    kept: dict[str, Any] = cache._cache
    return [key for key, value in kept.items() if any(word in key or word.encode() in value for word in WORDS)]


@pytest.fixture
def leaver(admin_user: Any) -> Practitioner:
    """With everything that the editors' tools keep of a page: drafts, history, comments, an old address, pictures in two sizes."""
    row = PractitionerFactory(
        first_name=NAME, last_name="Quenouille", professional_email=EMAIL, phone=PHONE, slug=SLUG, user__email="zephirinette@exemple.fr",
        page__word=f"Je suis {NAME}",
    )  # fmt: skip
    assert entries.refresh(row.pk)
    page = row.page
    page.title = f"{NAME} Quenouille"
    page.save_revision(user=row.user, log_action=True).publish(user=row.user)
    page.save_revision(user=admin_user, log_action=True)
    comment = Comment.objects.create(
        page=page, user=admin_user, text=f"{NAME}, une photo ?", contentpath="word", position="1"
    )
    CommentReply.objects.create(comment=comment, user=row.user, text=f"Signé {NAME}")
    Redirect.add_redirect(f"/praticiens/{SLUG}-autrefois", redirect_to=page)
    Redirect.add_redirect(f"/{SLUG}", redirect_to=f"/praticiens/{SLUG}/", is_permanent=True)
    Image = get_image_model()
    for collection in (media.collection_of(owner=row), None):
        place = {"collection": collection} if collection else {}
        picture = Image.objects.create(
            title=f"{NAME} au cabinet", file=get_test_image_file("zephirinette.jpg"), uploaded_by_user=row.user, **place
        )
        picture.get_rendition("width-60")
        ModelLogEntry.objects.log_action(picture, "wagtail.create", user=row.user)
    ModelLogEntry.objects.log_action(row, "wagtail.edit", user=admin_user, data={"fields": [NAME]})
    item = ApplicationItem.objects.create(practitioner=row, kind="insurance", value=NAME)
    item.document.save("zephirinette.pdf", ContentFile(b"Quenouille"))
    return row


def test_nothing_of_the_editors_tools_is_left(leaver, client, monkeypatch, django_capture_on_commit_callbacks):
    default, private = storages["default"], storages["private"]
    for address in ("/", "/recherche/", leaver.page.url):
        client.get(address)
    before = found(WORDS)
    assert {
        "wagtailcore_revision.content",
        "wagtailcore_comment.text",
        "wagtailcore_pagelogentry.label",
        "wagtailimages_image.title",
    } <= before
    assert in_storage(default)
    handed: list[tuple[Any, ...]] = []
    monkeypatch.setattr(tasks, "enqueue", lambda task, *given: handed.append(given))
    Practitioner.objects.filter(pk=leaver.pk).update(status="ended")
    with django_capture_on_commit_callbacks(execute=True):
        end_practitioners([leaver.pk], clock_now())
    words.recount()  # each night
    left = sorted(found(WORDS))
    assert not left, " ".join(left)
    assert in_storage(default) == []
    assert in_storage(private) == []
    assert in_cache() == []
    assert not [given for given in handed if any(word in str(given) for word in WORDS)], "workers are given keys"
    assert not Revision.objects.filter(content_type=ContentType.objects.get_for_model(leaver)).exists()
    assert not PageLogEntry.objects.filter(user=leaver.user).exclude(label="").exists()
