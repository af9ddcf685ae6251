"""Wagtail's reference index follows content, and nothing that clients write while they wait."""

import pytest
from django.apps import apps
from wagtail.models import Page, ReferenceIndex

from common.references import OURS
from practitioners.models import Practice
from tests.factories.accounts import UserFactory

FOLLOWED = {model for model in ReferenceIndex.tracked_models if model._meta.app_label in OURS}


def test_only_content_is_followed():
    others = {model._meta.label for model in FOLLOWED if not issubclass(model, Page)}
    assert others <= {"search.LandingIntro", "practitioners.Practitioner", "practitioners.Structure"}
    assert {model._meta.label for model in FOLLOWED} >= {"editorial.ThemePage", "practitioners.ProfilePage"}


def test_what_content_points_at_says_where_it_is_used():
    assert not getattr(Practice, "wagtail_reference_index_ignore", False)


@pytest.mark.parametrize("label", ["booking.AppointmentEvent", "booking.Payment", "legal.Acceptance", "accounts.User"])
def test_what_clients_write_is_not(label: str):
    assert apps.get_model(label) not in ReferenceIndex.tracked_models


def test_an_account_is_written_without_a_word_to_the_index(db, django_assert_num_queries):
    user = UserFactory()
    with django_assert_num_queries(1):
        user.save()
