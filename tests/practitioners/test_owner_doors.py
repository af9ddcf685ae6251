"""Every address of the CMS with the session of an owner of one page: only those written here answer.

The list is written here and not read from the door, so that whoever opens one more says so twice.
"""

import uuid

import pytest
from django.urls import NoReverseMatch, reverse

from accounts.roles import Role
from practitioners.actions import media
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory, StructureFactory
from tests.practitioners.test_ownership import cms_patterns

pytestmark = pytest.mark.django_db

OPEN = {
    "wagtailadmin_home", "wagtailadmin_account", "wagtailadmin_logout", "wagtailadmin_sprite", "wagtailadmin_javascript_catalog",
    "wagtailadmin_dismissibles", "wagtailadmin_block_preview", "wagtailadmin_pages:search", "wagtailadmin_pages:search_results",
    "wagtailadmin_editing_sessions:ping", "wagtailadmin_editing_sessions:release",
}  # fmt: skip
# Narrowed to the own collection, which tests/practitioners/test_ownership.py proves.
PICTURES = ("wagtailimages:", "wagtailimages_chooser:")
# Where whoever is signed out comes in.
DOORS = {"wagtailadmin_login"}
# Addresses that end in one of a few words.
WORDS = {
    "search_index_ask": {"work": "verifier"},
    "cms_tax_settle": {"step": "jeter"},
    "cms_late_act": {"step": "etape"},
    "legal_desk_claims_step": {"step": "laisser"},
    "exchange_desk_step": {"step": "clore"},
    "letter_desk_step": {"step": "supprimer"},
}


def addresses():
    """(name, address) of all of the CMS; what no value fills is a failure, not an exception."""
    found, unfilled = {}, []
    for name, arguments in cms_patterns():
        for value in (999_999, "x", str(uuid.uuid4()), "wagtailcore.page"):
            try:
                found[name] = reverse(name, kwargs=dict.fromkeys(arguments, value) | WORDS.get(name, {}))
                break
            except NoReverseMatch:
                continue
        else:
            unfilled.append((name, arguments))
    return found, unfilled


def test_every_address_outside_the_list_is_refused_to_owners(as_user):
    practitioner = PractitionerFactory()
    media.collection_of(owner=practitioner)
    administrator = UserFactory(roles=[Role.STRUCTURE])
    media.collection_of(owner=StructureFactory(administrators=[administrator]))
    found, unfilled = addresses()
    assert len(found) > 200, "the walk no longer sees the CMS"
    shut = {n: u for n, u in found.items() if n not in OPEN | DOORS and not n.startswith(PICTURES)}
    for person in (practitioner.user, administrator):
        browser = as_user(person)
        answered = {}
        for name, address in shut.items():
            for method in ("get", "post"):
                status = getattr(browser, method)(address).status_code
                if status not in {403, 404, 405}:
                    answered[f"{method} {name}"] = (status, address)
        assert answered == {}
    assert unfilled == []
