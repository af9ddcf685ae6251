"""The register covers every field that looks like personal data."""

from dataclasses import replace

import pytest

from booking.models import ClientThread
from common import privacy
from legal import register
from legal.models import AcceptanceDetail, LegalDocument, LegalVersion, Report
from practitioners.models import ApplicationItem


def test_every_field_of_this_app_that_looks_personal_is_bound():
    assert [name for name in register.unbound_fields() if name.startswith("legal.")] == []


def test_every_binding_of_this_app_exists():
    assert [name for name in register.unknown_bindings() if name.startswith("legal.")] == []


def test_a_field_that_no_activity_binds_is_named(monkeypatch):
    kept = [activity for activity in privacy.activities if activity.key != "acceptances"]
    monkeypatch.setattr(privacy, "activities", kept)
    assert {"legal.AcceptanceDetail.user", "legal.AcceptanceDetail.ip", "legal.LegalVersion.author"} <= set(
        register.unbound_fields()
    )


def test_the_guess_looks_at_types_names_and_links_to_people():
    looks = register._looks_personal
    assert looks(Report._meta.get_field("reporter_email"))
    assert looks(AcceptanceDetail._meta.get_field("agent"))
    assert looks(LegalDocument._meta.get_field("owner"))
    assert looks(Report._meta.get_field("text"))
    assert looks(LegalVersion._meta.get_field("articles"))
    assert looks(ApplicationItem._meta.get_field("document"))
    assert looks(ClientThread._meta.get_field("record"))
    assert not looks(LegalDocument._meta.get_field("kind"))
    assert not looks(Report._meta.get_field("received_at"))
    assert not looks(Report._meta.get_field("status"))


def test_every_field_of_every_app_that_looks_personal_is_bound_or_said_to_hold_nobody():
    assert register.unbound_fields() == []
    assert register.unknown_bindings() == []


@pytest.mark.parametrize(
    ("model", "name", "key"),
    [
        ("practitioners.PracticePlace", "access", "practitioner-contract"),
        ("booking.Closure", "note", "appointments"),
        ("booking.ClientRecord", "tags", None),
        ("common.OutboxMessage", "facts", "message-words"),
        ("booking.Occupation", "appointment", "appointments"),
    ],
)
def test_taking_one_field_out_of_its_activity_names_that_field(monkeypatch, model, name, key):
    """Free text, structures, addresses and links to people are guessed field by field."""

    def without(activity: privacy.Activity) -> privacy.Activity:
        bindings = tuple(
            replace(each, fields=tuple(field for field in each.fields if (each.model, field) != (model, name)))
            for each in activity.bindings
        )
        return replace(activity, bindings=bindings)

    monkeypatch.setattr(privacy, "activities", [without(activity) for activity in privacy.activities])
    assert register.unbound_fields() == ([f"{model}.{name}"] if key else [])
