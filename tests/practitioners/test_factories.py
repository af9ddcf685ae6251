import pytest

from practitioners.models import Practitioner
from tests.factories.practitioners import PractitionerFactory, ReviewFactory, StructureFactory

pytestmark = pytest.mark.django_db


def test_a_practitioner_is_listed_with_a_live_page_at_the_fixed_address():
    practitioner = PractitionerFactory()
    assert practitioner in Practitioner.objects.listed()
    assert practitioner.page.live
    assert practitioner.page.url == f"/praticiens/{practitioner.slug}/"
    assert practitioner.services.count() == practitioner.places.count() == practitioner.practice_links.count() == 1


def test_an_applicant_is_not_listed():
    practitioner = PractitionerFactory(applying=True)
    assert not practitioner.page.live
    assert practitioner not in Practitioner.objects.listed()


def test_reviews_and_structures():
    review = ReviewFactory()
    assert review.invitation.practitioner == review.practitioner
    assert StructureFactory().page.url.startswith("/centres/")
