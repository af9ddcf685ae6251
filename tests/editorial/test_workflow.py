"""An editor writes, previews, submits, schedules and publishes; and only in the editorial branches."""

import datetime as dt

import pytest
from django.core.management import call_command
from wagtail.models import GroupPagePermission, Page, Task, WorkflowState

from accounts.roles import Role
from editorial.models import HomePage, ThemePage
from tests.factories import editorial as make
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    make.tree()
    return UserFactory(roles=[Role.EDITOR])


def test_the_tree_is_made_once_and_only_once():
    first, second = make.tree(), make.tree()
    assert first == second
    assert Page.objects.filter(depth=2).count() == 1
    assert {page.slug for page in first.home.get_children()} >= {
        "thematiques",
        "articles",
        "praticiens",
        "centres",
        "aide",
    }


def test_running_the_set_up_again_keeps_what_editors_wrote():
    tree = make.tree()
    tree.themes.introduction = "Réécrit."
    tree.themes.save_revision().publish()
    assert make.tree().themes.introduction == "Réécrit."


def test_a_draft_goes_through_moderation_to_publication(editor, client):
    page = make.theme_page(live=False)
    page.save_revision(user=editor)
    assert client.get("/thematiques/sommeil/").status_code == 404
    assert page.permissions_for_user(editor).can_submit_for_moderation()
    page.get_workflow().start(page, editor)
    page.refresh_from_db()
    assert page.current_workflow_state.status == WorkflowState.STATUS_IN_PROGRESS
    assert not page.live
    state = page.current_workflow_task_state
    assert any(name == "approve" for name, *_ in state.task.specific.get_actions(page, editor))
    state.approve(user=editor)
    page.refresh_from_db()
    assert page.live
    assert client.get("/thematiques/sommeil/").status_code == 200


def test_a_scheduled_page_appears_on_its_day(editor, client, time_machine):
    day = dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC)
    time_machine.move_to(day - dt.timedelta(days=2))
    page = make.theme_page(live=False)
    page.go_live_at = day
    page.save_revision(user=editor).publish()
    page.refresh_from_db()
    assert not page.live
    assert page.status_string
    time_machine.move_to(day + dt.timedelta(minutes=1))
    call_command("publish_scheduled")
    assert ThemePage.objects.get(pk=page.pk).live
    assert client.get("/thematiques/sommeil/").status_code == 200


def test_editors_work_on_editorial_pages_and_on_home(editor):
    tree = make.tree()
    for page in (tree.themes, tree.articles, make.theme_page()):
        assert page.permissions_for_user(editor).can_edit()
        assert page.permissions_for_user(editor).can_publish()
    home = HomePage.objects.get().permissions_for_user(editor)
    assert home.can_edit()
    assert home.can_publish()
    assert not home.can_delete()


def test_editors_have_no_right_on_profiles_or_on_the_top_of_the_tree(editor):
    tree = make.tree()
    for page in (tree.profiles, tree.structures, Page.objects.get(depth=1)):
        rights = page.specific.permissions_for_user(editor)
        assert not rights.can_edit()
        assert not rights.can_publish()
        assert not rights.can_add_subpage()
        assert not rights.can_unpublish()
        assert not rights.can_move()


def test_another_person_has_no_right_on_editorial_pages():
    page = make.theme_page()
    for roles in ([], [Role.PRACTITIONER], [Role.LEGAL], [Role.MODERATION]):
        rights = page.permissions_for_user(UserFactory(roles=roles))
        assert not rights.can_edit(), roles
        assert not HomePage.objects.get().permissions_for_user(UserFactory(roles=roles)).can_edit()


def test_no_right_of_editors_covers_home_or_the_root(editor):
    covered = GroupPagePermission.objects.filter(group__name=Role.EDITOR.value).values_list("page__depth", flat=True)
    assert covered
    assert min(covered) == 3


def test_the_workflow_asks_editors():
    make.tree()
    (task,) = Task.objects.filter(name="Relecture éditoriale")
    assert [group.name for group in task.specific.groups.all()] == [Role.EDITOR.value]


def test_preview_shows_a_draft_that_nobody_else_sees(editor, client):
    page = make.theme_page(live=False, body=[make.answer("Brouillon à relire.")])
    request = page.dummy_request() if hasattr(page, "dummy_request") else None
    response = page.make_preview_request(original_request=request, preview_mode="")
    assert response.status_code == 200
    assert "Brouillon à relire." in response.content.decode()
    assert client.get("/thematiques/sommeil/").status_code == 404
