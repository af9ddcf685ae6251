"""Who reaches what in the CMS: every address of Wagtail's that names a page, on the page of somebody else."""

import io

import pytest
from django.contrib.auth.models import Group
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, get_resolver, reverse
from PIL import Image as Picture
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupPagePermission, Page

from accounts.roles import Role
from practitioners.actions import media
from practitioners.models import Practitioner, ProfilePage
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory, StructureFactory, profile_index, root_of_site

pytestmark = pytest.mark.django_db

SECRET = "Brouillon secret"


def names_of(urlpatterns, prefix=""):
    """(full name, converters) of each URL below."""
    for entry in urlpatterns:
        if isinstance(entry, URLPattern):
            if entry.name:
                yield f"{prefix}{entry.name}", list(entry.pattern.converters) or list(entry.pattern.regex.groupindex)
        else:
            namespace = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from names_of(entry.url_patterns, namespace)


def cms_patterns():
    cms = [r for r in get_resolver().url_patterns if str(r.pattern) == "cms/"]
    for resolver in cms:
        yield from names_of(resolver.url_patterns)


def addresses_of(page):
    """Every address of the CMS that takes a page, filled with this one."""
    revision = page.latest_revision or page.save_revision()
    filled = {
        "page_id": page.pk, "pk": page.pk, "parent_page_id": page.pk, "parent_id": page.pk, "page_to_move_id": page.pk,
        "destination_id": page.get_parent().pk, "revision_id": revision.pk, "content_type_app_name": "practitioners", "content_type_model_name": "profilepage",
        "task_state_id": 1, "workflow_state_id": 1, "action_name": "approve", "object_id": page.pk,
        "app_label": "wagtailcore", "model_name": "page",
    }  # fmt: skip
    found = {}
    for name, arguments in cms_patterns():
        names_a_page = set(arguments) & {"page_id", "parent_page_id", "page_to_move_id"} or (
            name.startswith("wagtailadmin_pages:") and arguments
        )
        if names_a_page:
            values = {key: filled.get(key, 1 if key.endswith("_id") else "live") for key in arguments}
            found[name] = reverse(name, kwargs=values)
    return found


def picture(name="portrait.png", collection=None, **fields):
    buffer = io.BytesIO()
    Picture.new("RGB", (40, 50), "teal").save(buffer, "PNG")
    buffer.seek(0)
    fields.setdefault("title", name)
    return get_image_model().objects.create(
        file=ImageFile(buffer, name=name), collection=collection or Collection.get_first_root_node(), **fields
    )


@pytest.fixture
def owner():
    practitioner = PractitionerFactory()
    media.collection_of(owner=practitioner)
    return practitioner


@pytest.fixture
def other():
    practitioner = PractitionerFactory(last_name="Autrui", page__word=SECRET, page__headline=SECRET)
    practitioner.page.save_revision()
    media.collection_of(owner=practitioner)
    return practitioner


def reached(response, page):
    """Whether an answer shows or does something: refusals are 403, 404, or being sent away to where one may be."""
    if response.status_code in {403, 404, 405}:
        return False
    if response.status_code == 302:
        assert "/compte/" not in response["Location"], "stopped at the door, which proves nothing"
        return str(page.pk) in response["Location"]
    return SECRET in response.content.decode(errors="replace") or page.title in response.content.decode(
        errors="replace"
    )


def test_the_table_holds_every_kind_of_address(other):
    names = addresses_of(other.page)
    for kind in ("edit", "delete", "unpublish", "move", "copy", "lock", "unlock", "set_privacy", "history", "usage", "view_draft",
                 "preview_on_edit", "revisions_view", "revisions_revert", "revisions_compare", "convert_alias", "workflow_history"):  # fmt: skip
        assert f"wagtailadmin_pages:{kind}" in names


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_of_somebody_else_is_reached_by_address(as_user, owner, other, method):
    client = as_user(owner.user)
    before = ProfilePage.objects.values().get(pk=other.page.pk)
    failures = {}
    for name, url in addresses_of(other.page).items():
        response = getattr(client, method)(url, {"next": "/cms/"}, follow=True)
        if reached(response, other.page):
            failures[name] = (response.status_code, url)
    assert failures == {}
    assert ProfilePage.objects.values().get(pk=other.page.pk) == before


@pytest.mark.parametrize("role", [Role.STRUCTURE, Role.VERIFICATION, Role.MODERATION, Role.LEGAL])
def test_nobody_else_reaches_a_profile_either(as_user, other, role):
    client = as_user(UserFactory(roles=[role]))
    for name in ("edit", "delete", "unpublish", "move", "copy", "history", "view_draft", "set_privacy"):
        assert not reached(client.get(reverse(f"wagtailadmin_pages:{name}", args=[other.page.pk])), other.page), name


def test_editorial_pages_are_not_reached(as_user, owner):
    home = root_of_site()
    client = as_user(owner.user)
    for target in (home, profile_index()):
        for name, url in addresses_of(target).items():
            response = client.get(url)
            assert response.status_code in {302, 403, 404, 405}, name


def test_a_group_with_add_and_publish_on_the_section_still_reaches_nothing(as_user, other):
    """The trap: such a group can unpublish, in plain Wagtail."""
    editor = UserFactory(roles=[Role.EDITOR])
    group = Group.objects.get(name=Role.EDITOR.value)
    for permission in ("add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page"):
        GroupPagePermission.objects.create(
            group=group, page=profile_index(), permission_type=permission.removesuffix("_page")
        )
    client = as_user(editor)
    for name in ("edit", "delete", "unpublish", "move", "copy", "set_privacy", "history", "view_draft", "lock"):
        response = client.post(reverse(f"wagtailadmin_pages:{name}", args=[other.page.pk]))
        assert response.status_code in {302, 403}, name
        assert response.status_code == 403 or response["Location"].startswith("/cms/"), name
    assert ProfilePage.objects.get(pk=other.page.pk).live
    rights = other.page.permissions_for_user(editor)
    assert not any(
        (rights.can_edit(), rights.can_delete(), rights.can_unpublish(), rights.can_move(), rights.can_copy(), rights.can_lock(),
         rights.can_publish(), rights.can_set_view_restrictions(), rights.can_add_subpage(), rights.can_submit_for_moderation())
    )  # fmt: skip


@pytest.mark.parametrize("action", ["publish", "unpublish", "delete", "move"])
def test_bulk_actions_refuse_the_pages_of_others(as_user, owner, other, action):
    client = as_user(owner.user)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    client.post(f"{url}?id={other.page.pk}&id={owner.page.pk}&next=/cms/", {"chooser": profile_index().pk})
    page = ProfilePage.objects.get(pk=other.page.pk)
    assert page.live
    assert ProfilePage.objects.filter(pk=owner.page.pk, live=True).exists()


@pytest.mark.parametrize(
    "name",
    ["wagtailadmin_explore_root", "wagtailadmin_pages:search", "wagtailadmin_reports:aging_pages", "wagtailadmin_reports:locked_pages",
     "wagtailadmin_reports:site_history", "wagtailadmin_reports:workflow", "wagtailadmin_choose_page", "wagtailadmin_choose_page_search",
     "wagtailadmin_home", "wagtailimages:index", "wagtailimages_chooser:choose", "wagtailadmin_reports:page_types_usage"],
)  # fmt: skip
def test_lists_do_not_name_the_others(as_user, owner, other, name):
    response = as_user(owner.user).get(reverse(name), {"q": "Autrui", "user_perms": ""}, follow=True)
    assert response.status_code in {200, 403, 404}
    # What was asked is repeated in the search field; nothing else may carry the name.
    html = response.content.decode().replace('value="Autrui"', "")
    assert "Claire Autrui" not in html
    assert SECRET not in html


def test_choosers_of_pages_and_the_api_are_closed(as_user, owner, other):
    client = as_user(owner.user)
    index = profile_index()
    assert client.get(reverse("wagtailadmin_choose_page_child", args=[index.pk])).status_code == 403
    assert client.get("/cms/api/main/pages/").status_code == 403
    assert client.get(f"/cms/api/main/pages/{other.page.pk}/").status_code == 403
    for action in ("unpublish", "delete", "copy", "move", "publish"):
        answer = client.post(
            f"/cms/api/main/pages/{other.page.pk}/action/{action}/", {}, content_type="application/json"
        )
        assert answer.status_code == 403, action
    assert ProfilePage.objects.get(pk=other.page.pk).live


def edit_data(page, **changes):
    return {
        "headline": page.headline, "word": page.word, "approach": page.approach, "portrait": page.portrait_id or "",
        "gallery-count": "0", "faq-count": "0", "title": "Pirate", "slug": "pirate", "practitioner": "1", **changes,
    }  # fmt: skip


def test_the_owner_edits_previews_and_publishes_without_approval(as_user, owner, client):
    signed_in = as_user(owner.user)
    url = reverse("wagtailadmin_pages:edit", args=[owner.page.pk])
    form = signed_in.get(url)
    assert form.status_code == 200
    assert 'name="title"' not in form.content.decode()
    assert 'name="slug"' not in form.content.decode()
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[owner.page.pk])
    assert signed_in.post(preview, edit_data(owner.page, word="Mot essayé")).json()["is_valid"]
    assert "Mot essayé" in signed_in.get(preview).content.decode()
    saved = signed_in.post(url, edit_data(owner.page, word="Mot nouveau", **{"action-publish": "1"}))
    assert saved.status_code == 302
    page = ProfilePage.objects.get(pk=owner.page.pk)
    assert (page.word, page.live, page.has_unpublished_changes) == ("Mot nouveau", True, False)
    assert (page.title, page.slug, page.practitioner_id) == (owner.full_name, owner.slug, owner.pk)
    assert "Mot nouveau" in client.get(f"/praticiens/{owner.slug}/").content.decode()


@pytest.mark.parametrize("name", ["unpublish", "delete", "move", "copy", "set_privacy", "lock"])
def test_the_own_page_is_not_unpublished_moved_copied_or_deleted_by_hand(as_user, owner, name):
    as_user(owner.user).post(reverse(f"wagtailadmin_pages:{name}", args=[owner.page.pk]))
    page = Page.objects.get(pk=owner.page.pk)
    assert page.live
    assert not page.locked
    assert not page.view_restrictions.exists()
    assert Page.objects.filter(slug__startswith=owner.slug).count() == 1


def test_nothing_is_published_before_the_file_is_accepted(as_user, client):
    applicant = PractitionerFactory(applying=True)
    signed_in = as_user(applicant.user)
    url = reverse("wagtailadmin_pages:edit", args=[applicant.page.pk])
    assert signed_in.get(url).status_code == 200
    signed_in.post(url, edit_data(applicant.page, word="Trop tôt", **{"action-publish": "1"}))
    page = ProfilePage.objects.get(pk=applicant.page.pk)
    assert not page.live
    assert page.get_latest_revision_as_object().word == "Trop tôt"
    assert client.get(f"/praticiens/{applicant.slug}/").status_code == 404


def test_whoever_left_no_longer_edits(as_user, owner):
    Practitioner.objects.filter(pk=owner.pk).update(status=Practitioner.Status.ENDED)
    response = as_user(owner.user).get(reverse("wagtailadmin_pages:edit", args=[owner.page.pk]))
    assert response.status_code in {302, 403}


def test_pictures_and_documents_of_others_are_out_of_reach(as_user, owner, other):
    mine = picture("mienne.png", collection=media.collection_of(owner=owner))
    theirs = picture("leur.png", collection=media.collection_of(owner=other))
    common = picture("commune.png")
    document = get_document_model().objects.create(title="Leur document", file=SimpleUploadedFile("a.pdf", b"%PDF-1.4"))
    client = as_user(owner.user)
    assert client.get(reverse("wagtailimages:edit", args=[mine.pk])).status_code == 200
    for image in (theirs, common):
        for name in ("edit", "delete", "url_generator", "preview"):
            arguments = [image.pk] if name != "preview" else [image.pk, "width-100"]
            assert client.get(reverse(f"wagtailimages:{name}", args=arguments)).status_code in {302, 403, 404}, name
        assert client.get(reverse("wagtailimages_chooser:chosen", args=[image.pk])).status_code in {302, 403, 404}
        assert client.get(reverse("wagtailimages_chooser:select_format", args=[image.pk])).status_code in {
            302,
            403,
            404,
        }
    listing = client.get(reverse("wagtailimages_chooser:choose")).content.decode()
    assert "mienne.png" in listing
    assert "leur.png" not in listing
    assert "commune.png" not in listing
    assert client.get(reverse("wagtaildocs:edit", args=[document.pk])).status_code in {302, 403, 404}
    assert "Leur document" not in client.get(reverse("wagtaildocs_chooser:choose")).content.decode()


def test_a_picture_of_another_cannot_be_set_as_portrait(as_user, owner, other):
    theirs = picture("leur.png", collection=media.collection_of(owner=other))
    as_user(owner.user).post(
        reverse("wagtailadmin_pages:edit", args=[owner.page.pk]),
        edit_data(owner.page, portrait=theirs.pk, **{"action-publish": "1"}),
    )
    assert ProfilePage.objects.get(pk=owner.page.pk).portrait_id is None


def test_the_owner_uploads_into_the_own_collection(as_user, owner):
    buffer = io.BytesIO()
    Picture.new("RGB", (40, 50), "teal").save(buffer, "PNG")
    upload = SimpleUploadedFile("neuve.png", buffer.getvalue(), content_type="image/png")
    response = as_user(owner.user).post(
        reverse("wagtailimages_chooser:create"),
        {"image-chooser-upload-title": "Neuve", "image-chooser-upload-file": upload},
    )
    assert response.status_code == 200
    assert get_image_model().objects.get(title="Neuve").collection == media.collection_of(owner=owner)


def test_the_menu_holds_what_an_owner_needs(as_user, owner):
    html = as_user(owner.user).get("/cms/").content.decode()
    assert reverse("wagtailadmin_pages:edit", args=[owner.page.pk]) in html
    for address in ("/cms/users/", "/cms/reports/", "/cms/dossiers/", "/cms/snippets/", "/cms/settings/"):
        assert f'"{address}' not in html


def test_administrators_edit_the_page_of_their_structure_only(as_user):
    person = UserFactory(roles=[Role.STRUCTURE])
    own, foreign = StructureFactory(administrators=[person]), StructureFactory(name="Centre Voisin")
    profile = PractitionerFactory()
    client = as_user(person)
    url = reverse("wagtailadmin_pages:edit", args=[own.page.pk])
    assert client.get(url).status_code == 200
    data = {
        "headline": "Bienvenue",
        "description": "",
        "services": "Sauna",
        "cover": "",
        "cover_alt": "",
        "action-publish": "1",
    }
    assert client.post(url, data).status_code == 302
    own.page.refresh_from_db()
    assert (own.page.headline, own.page.title) == ("Bienvenue", own.name)
    for page in (foreign.page, profile.page):
        for name in ("edit", "unpublish", "delete", "move", "copy", "history"):
            assert not reached(client.get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk])), page), name
