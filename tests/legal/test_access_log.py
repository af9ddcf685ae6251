"""Who of the team opens whose file: asked, recorded for good, shown to the person; what is exported says who took it."""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.roles import Role
from common.access.doors import MEMORY, SESSION
from common.models import ExportRecord, ReadingLog
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory
from tests.plugins.people import say_why

pytestmark = pytest.mark.django_db
WHY = "Le praticien demande où en est son dossier"


@pytest.fixture
def dossier(login_as: Any) -> Any:
    """The file of a practitioner, and a signed-in member of the verification team."""
    login_as(Role.VERIFICATION)
    return PractitionerFactory(applying=True)


def path_of(practitioner: Any) -> str:
    return f"/cms/verification/{practitioner.pk}/"


def test_a_file_opens_only_to_who_says_why(client: Client, dossier: Any) -> None:
    page = client.get(path_of(dossier))
    assert dossier.professional_email not in page.content.decode()
    assert "Pourquoi ouvrez-vous ce dossier" in page.content.decode()
    assert not ReadingLog.objects.exists()
    say_why(client, path_of(dossier), WHY)
    page = client.get(path_of(dossier))
    assert "Pourquoi ouvrez-vous" not in page.content.decode()
    row = ReadingLog.objects.get()
    assert (row.person_id, row.reason, row.role, row.kind) == (
        dossier.user_id,
        WHY,
        "verification",
        "practitioner-file",
    )


@pytest.mark.parametrize("said", ["", "   ", "ok", "x" * 301, "\x00", "\u202e"])
def test_a_reason_that_says_nothing_opens_nothing(client: Client, dossier: Any, said: str) -> None:
    answer = client.post(path_of(dossier), {"acces_motif": said, "acces_page": "1"})
    assert answer.status_code in {400, 422}
    assert not ReadingLog.objects.exists()
    assert dossier.professional_email not in answer.content.decode()


@pytest.mark.parametrize("chosen", ["0", "1"])
def test_a_usual_reason_is_enough(client: Client, dossier: Any, chosen: str) -> None:
    assert (
        client.post(path_of(dossier), {"acces_usuel": chosen, "acces_motif": "", "acces_page": "1"}).status_code == 303
    )
    client.get(path_of(dossier))
    assert ReadingLog.objects.get().reason in {"Vérification du dossier", "Vérification d’un document renouvelé"}


@pytest.mark.parametrize("chosen", ["autre", "99", "-1", "x"])
def test_another_reason_asks_for_words(client: Client, dossier: Any, chosen: str) -> None:
    assert client.post(path_of(dossier), {"acces_usuel": chosen, "acces_page": "1"}).status_code == 422


def test_the_reason_is_remembered_for_that_person_and_not_for_another(client: Client, dossier: Any) -> None:
    other = PractitionerFactory(applying=True)
    say_why(client, path_of(dossier), WHY)
    assert "Pourquoi ouvrez-vous" not in client.get(path_of(dossier)).content.decode()
    assert "Pourquoi ouvrez-vous" in client.get(path_of(other)).content.decode()


def test_the_reason_is_asked_again_after_half_an_hour(client: Client, dossier: Any) -> None:
    say_why(client, path_of(dossier), WHY)
    session = client.session
    key, (reason, until) = next(iter(session[SESSION].items()))
    session[SESSION] = {key: (reason, (dt.datetime.fromisoformat(until) - MEMORY).isoformat())}
    session.save()
    assert "Pourquoi ouvrez-vous" in client.get(path_of(dossier)).content.decode()


def test_a_form_sent_without_a_reason_goes_on_with_it_and_loses_nothing(client: Client, dossier: Any) -> None:
    step = f"{path_of(dossier)}etape/refuser/"
    sent = {"refuser-reason": "Une pièce manque malgré nos deux demandes."}
    asked = client.post(step, sent)
    assert 'name="refuser-reason"' in asked.content.decode()
    assert sent["refuser-reason"] in asked.content.decode()
    client.post(step, {**sent, "acces_motif": WHY})
    assert ReadingLog.objects.filter(reason=WHY).count() == 1


def test_each_opening_is_a_row_and_no_row_changes(client: Client, dossier: Any) -> None:
    say_why(client, path_of(dossier), WHY)
    for _n in range(2):
        client.get(path_of(dossier))
    assert ReadingLog.objects.count() == 2
    for sql in ("update common_readinglog set reason = 'x'", "delete from common_readinglog"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_person_reads_the_team_the_date_and_the_reason_but_no_name(
    client: Client, login_as: Any, dossier: Any
) -> None:
    say_why(client, path_of(dossier), WHY)
    client.get(path_of(dossier))
    reader = ReadingLog.objects.get().reader
    login_as(dossier.user)
    page = client.get("/compte/acces/").content.decode()
    assert "Équipe de vérification" in page
    assert WHY in page
    assert reader.email not in page
    assert reader.last_name not in page


def test_nobody_reads_who_opened_the_file_of_another(client: Client, login_as: Any, dossier: Any) -> None:
    say_why(client, path_of(dossier), WHY)
    client.get(path_of(dossier))
    login_as("client")
    assert WHY not in client.get("/compte/acces/").content.decode()


def test_ones_own_file_asks_nothing(client: Client, login_as: Any) -> None:
    from django.test import RequestFactory

    from common.access.doors import File, gate
    from common.access.kinds import Kind

    request = RequestFactory().get("/")
    request.user = UserFactory()
    assert gate(request, Kind("x", "x"), File("accounts.User:1", (request.user.pk,))) is None
    assert not ReadingLog.objects.exists()


def test_an_account_opened_in_the_cms_is_a_file_too(client: Client, login_as: Any) -> None:
    boss, person = UserFactory(is_superuser=True, is_staff=True), UserFactory()
    login_as(boss)
    path = f"/cms/users/edit/{person.pk}/"
    assert person.email not in client.get(path).content.decode()
    say_why(client, path, WHY)
    assert person.email in client.get(path).content.decode()
    assert ReadingLog.objects.filter(person=person, kind="account", role="administration").exists()


# Exports


def test_an_export_of_people_is_asked_recorded_and_marked_on_each_line(client: Client, login_as: Any) -> None:
    people = [PractitionerFactory(), PractitionerFactory()]
    operator = login_as(Role.OPERATOR)
    path = "/cms/praticiens/?export=csv"
    assert "Pourquoi ouvrez-vous" in client.get(path).content.decode()
    assert not ExportRecord.objects.exists()
    say_why(client, path, WHY)
    answer = client.get(path)
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    record = ExportRecord.objects.get()
    assert (record.exporter, record.reason, record.format) == (operator, WHY, "csv")
    assert len(rows) == 3
    assert all(record.reference in row[-1] and operator.email in row[-1] and WHY in row[-1] for row in rows[1:])
    assert record.reference in answer["Content-Disposition"]
    known = ReadingLog.objects.filter(act="export").values_list("person_id", flat=True)
    assert set(known) == {person.user_id for person in people}


def test_a_spreadsheet_is_marked_like_a_csv(client: Client, login_as: Any) -> None:
    from openpyxl import load_workbook

    PractitionerFactory()
    login_as(Role.OPERATOR)
    path = "/cms/praticiens/?export=xlsx"
    say_why(client, path, WHY)
    book = load_workbook(io.BytesIO(b"".join(client.get(path).streaming_content)))
    assert ExportRecord.objects.get().reference in list(book.active.iter_rows(values_only=True))[1][-1]


def test_the_record_of_an_export_cannot_be_changed(client: Client, login_as: Any) -> None:
    login_as(Role.OPERATOR)
    say_why(client, "/cms/praticiens/?export=csv", WHY)
    b"".join(client.get("/cms/praticiens/?export=csv").streaming_content)
    for sql in ("update common_exportrecord set reason = 'x'", "delete from common_exportrecord"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


# Every desk

OURS = ("accounts", "booking", "editorial", "legal", "places", "practitioners", "search", "demo")
# Desks that show no person's file, each with what it shows instead.
NO_PERSON = {
    name: why
    for why, names in {
        "legal texts and their drafts": (
            "legal_desk", "legal_desk_facts", "legal_desk_document", "legal_desk_draft", "legal_desk_edit",
            "legal_desk_preview", "legal_desk_differences", "legal_desk_publish", "legal_desk_step", "legal_desk_review",
            "legal_desk_approve", "legal_desk_close_remark", "legal_desk_translate", "legal_desk_remove_translation",
        ),
        "words of the register, counts": (
            "who_may", "legal_desk_register", "legal_desk_register_export", "legal_desk_register_notice", "legal_desk_activity",
            "legal_desk_retention", "legal_desk_approve_idle", "legal_desk_holds", "legal_desk_lift_hold", "legal_desk_rule",
        ),
        "requests about data: references, dates, rights, figures and words of templates; the one that is opened is recorded": (
            "legal_desk_rights", "legal_desk_right_enter", "legal_desk_rights_register", "legal_desk_rights_export",
            "legal_desk_right_templates", "legal_desk_right_template",
        ),
        "companies, and how many practitioners answered": (
            "legal_desk_providers", "legal_desk_provider_new", "legal_desk_providers_draft", "legal_desk_provider",
            "legal_desk_provider_end", "legal_desk_change", "legal_desk_change_give_up",
        ),
        "references and dates of what was asked; a form to prepare a disclosure; the audits of accessibility": (
            "legal_desk_oversight", "legal_desk_disclosure_new", "legal_desk_accessibility",
        ),
        "facts of a breach, people only counted": (
            "legal_desk_breaches", "legal_desk_breach_open", "legal_desk_breach", "legal_desk_breach_write",
            "legal_desk_breach_search", "legal_desk_breach_tell", "legal_desk_breach_step", "legal_desk_breach_pdf",
        ),
        "letters to all who asked, people only counted": (
            "letter_desk", "letter_desk_new", "letter_desk_one", "letter_desk_write", "letter_desk_preview", "letter_desk_step",
        ),
        "public texts against a rule, rules and their words": (
            "legal_desk_claims", "legal_desk_claims_again", "legal_desk_claims_rules", "legal_desk_claims_new",
            "legal_desk_claims_rule", "legal_desk_claims_list_new", "legal_desk_claims_list", "legal_desk_claims_step",
        ),
        "takes a report or a complaint, shows nothing": ("moderation_take", "moderation_complaint_take"),
        "complaints: references, sides and ages, without their words; the one that is opened is recorded": ("moderation_complaints",),
        "choices that stand, and the way to the accounts of the dead; lifting one": (
            "legal_desk_rights_people", "legal_desk_lift_choice",
        ),
        "anonymised figures": ("cms_anonymous", "cms_audience"),
        "messages that wait, and the way to each; taking or closing one": ("exchange_desk", "exchange_desk_step"),
        "sends to the sign-in": ("",),
        "the index of the search: what is public": ("search_index", "search_index_ask"),
        "words of the messages, on invented people": ("cms_messages", "cms_message"),
        "sums and comparisons": (
            "cms_reconciliation", "cms_reconciliation_start", "cms_statistics", "cms_paid_services",
        ),
        "lists that lead to the files, for the team in charge": (
            "cms_invoices", "cms_late", "cms_withdrawals", "cms_tax", "cms_tax_prepare", "cms_tax_remind", "cms_tax_settle",
        ),
    }.items()
    for name in names
}  # fmt: skip


def desks(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Each of our own addresses under /cms/."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from desks(entry, path)
        elif path.lstrip("^").startswith("cms/"):
            yield path, entry


def test_every_desk_says_whether_it_shows_a_person() -> None:
    """A new desk either asks why (`shows_person`, `asks_by_itself`) or is listed above with what it shows instead."""
    unknown = []
    for path, entry in desks():
        view = entry.callback
        if not view.__module__.startswith(OURS) or (entry.name or "") in NO_PERSON:
            continue
        if not getattr(view, "access_kind", ""):
            unknown.append(f"{entry.name} {path} {view.__module__}")
    assert not unknown, "\n".join(unknown)


def test_every_register_that_exports_people_names_what_it_exports() -> None:
    from wagtail_modeladmin import options

    found = [admin for admin in options.ModelAdmin.__subclasses__() if admin.list_export]
    assert found
    assert all(getattr(admin, "export_kind", None) for admin in found), found
