"""The register covers every field that looks like personal data."""

from common import privacy
from legal import register
from legal.models import AcceptanceDetail, LegalDocument, Report


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
    assert not looks(LegalDocument._meta.get_field("title"))
