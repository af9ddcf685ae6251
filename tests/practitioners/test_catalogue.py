"""Editors keep practices and themes; what they change is searchable at once; practitioners choose their themes."""

import pytest
from django.urls import reverse

from practitioners.models import Theme
from search.models import SearchEntry
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db


def theme_form(**changes):
    return {"name": "Rentrée", "slug": "rentree", "aliases": "reprise, retour", "summary": "", **changes}


def test_an_editor_adds_a_theme(client, login_as):
    login_as("editor")
    response = client.post("/cms/snippets/practitioners/theme/add/", theme_form())
    assert response.status_code == 302
    theme = Theme.objects.get(slug="rentree")
    assert (theme.folded, theme.aliases) == ("rentree", ["reprise", "retour"])


def test_a_renamed_theme_is_found_by_its_new_word(client, login_as, django_capture_on_commit_callbacks):
    theme = Theme.objects.create(name="Repos", slug="repos")
    practitioner = PractitionerFactory()
    practitioner.themes.add(theme)
    login_as("editor")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/cms/snippets/practitioners/theme/edit/{theme.pk}/", theme_form(name="Farniente", slug="repos"))
    assert "farnient" in " ".join(SearchEntry.objects.get(practitioner=practitioner).terms)


@pytest.mark.parametrize("role", ["legal", "verification", "moderation", "practitioner"])
def test_others_keep_out(client, login_as, role):
    login_as(role)
    client.post("/cms/snippets/practitioners/theme/add/", theme_form())
    assert not Theme.objects.filter(slug="rentree").exists()


def test_a_practitioner_chooses_six_themes_at_most(client, login_as):
    login_as(PractitionerFactory().user)
    themes = [Theme.objects.create(name=f"Thème {n}", slug=f"theme-{n}").pk for n in range(7)]
    details = {"professional_email": "moi@exemple.fr", "phone": "", "street": "", "postal_code": "", "town": "Lyon"}
    refused = client.post(reverse("office_facts"), {**details, "themes": themes})
    assert refused.status_code == 422
    assert client.post(reverse("office_facts"), {**details, "themes": themes[:6]}).status_code == 302
    assert Theme.objects.filter(practitioners__isnull=False).count() == 6
