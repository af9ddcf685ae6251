"""The register in the CMS: completed by versions, exported, published; its times are what the nights follow."""

import csv
import datetime as dt
import io

import pytest
from django.db import IntegrityError, connection, transaction
from odfdo import Document

from accounts.roles import Role
from common import privacy
from common.clock import now as clock_now
from common.models import BadAddress
from common.retention import rules
from legal import entries, exports, public_notice
from legal.actions import documents, register, retention
from legal.models import ActivityVersion, LegalDocument, LegalHold, LegalVersion, RetentionApproval, RetentionOutcome
from legal.retention import dry_run, engine, periods
from tests.factories.accounts import UserFactory
from tests.factories.legal import make_version
from tests.factories.practitioners import PractitionerFactory
from tests.factories.retention import approve

pytestmark = pytest.mark.django_db
KEY, FIXED = "bad-addresses", "reason-and-health"
BASE = "/cms/registre-des-traitements/"
NOW = dt.datetime(2026, 6, 15, 3, 0, tzinfo=dt.UTC)


def said(key: str = KEY, **changed) -> dict:
    known = entries.entry(key)
    return {name: getattr(known, name) for name in register.FIELDS} | changed


def write(key: str = KEY, *, after: int = 0, author=None, **changed) -> ActivityVersion:
    return register.write(
        activity=key,
        after=after,
        said=said(key, **changed),
        reason="Avis du délégué",
        author=author or UserFactory(),
        now=NOW,
    )


def posted(key: str = KEY, **changed) -> dict[str, str]:
    values = {name: "\n".join(value) if isinstance(value, list) else value for name, value in said(key).items()}
    return {
        "after": "0",
        "reason": "Relecture",
        **{n: "" if v is None else str(v) for n, v in values.items()},
        **changed,
    }


@pytest.fixture
def lawyer(login_as):
    return login_as(Role.LEGAL)


def test_a_version_stands_and_the_code_s_words_are_its_first_history():
    assert entries.entry(KEY).number == 0
    write(purpose="Ne plus écrire dans le vide")
    found = entries.entry(KEY)
    assert (found.number, found.purpose) == (1, "Ne plus écrire dans le vide")
    assert found.people == list(privacy.activities.get(KEY).people)
    write(after=1, recipients=["le praticien"])
    assert [row.number for row in ActivityVersion.objects.filter(activity=KEY)] == [2, 1]


def test_nobody_overwrites_what_somebody_else_wrote_meanwhile():
    write(purpose="Première")
    with pytest.raises(register.SomebodyWrote):
        write(purpose="Seconde")


def test_the_history_is_refused_any_change_by_the_database():
    write(purpose="Première")
    for sql in ("update legal_activityversion set purpose = 'x'", "delete from legal_activityversion"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_time_that_the_code_sets_is_not_changed_in_the_register():
    with pytest.raises(register.TimeIsOfTheCode):
        write(FIXED, months=24)
    write(FIXED, purpose="Autres mots")


@pytest.mark.parametrize("months", [None, 0, 241])
def test_a_time_must_be_one_that_the_nights_can_keep(months):
    with pytest.raises(register.BadTime):
        write(months=months)


def test_a_changed_time_stops_its_rules_until_somebody_else_approves_them():
    author = UserFactory(roles=[Role.LEGAL])
    approve(KEY, now=NOW)
    BadAddress.objects.create(address="a@example.fr", flagged_at=NOW - dt.timedelta(days=250))
    assert engine.run(now=NOW, only=KEY)[0].state == RetentionOutcome.State.DONE
    write(months=6, author=author)
    rule = rules.get(KEY)
    assert periods.months_of(rule) == 6
    assert engine.run(now=NOW, only=KEY)[0].state == RetentionOutcome.State.WAITING
    seen = dry_run.preview(rule, NOW)
    with pytest.raises(retention.OwnChange):
        retention.approve(rule=rule, signature=seen.signature, by=author, now=NOW)
    retention.approve(rule=rule, signature=seen.signature, by=UserFactory(), now=NOW)
    assert engine.run(now=NOW, only=KEY)[0].ended == 1


def test_the_desk_shows_every_activity_and_its_page(client, lawyer):
    page = client.get(BASE)
    assert page.status_code == 200
    for entry in entries.entries():
        assert f"{BASE}{entry.key}/" in page.content.decode()
    assert client.get(f"{BASE}{KEY}/").status_code == 200
    assert client.get(f"{BASE}inconnue/").status_code == 404


def test_the_legal_team_writes_a_version_in_the_page(client, lawyer):
    answer = client.post(f"{BASE}{KEY}/", posted(purpose="Écrire juste", people="clients\n\n clients \npraticiens"))
    assert answer.status_code == 302
    row = ActivityVersion.objects.get()
    assert (row.author, row.people, row.reason) == (lawyer, ["clients", "praticiens"], "Relecture")
    assert "Écrire juste" in client.get(f"{BASE}{KEY}/").content.decode()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"purpose": ""}, 422), ({"reason": ""}, 422), ({"months": "x"}, 422), ({"months": "99999999999999999999"}, 422),
        ({"people": "\n"}, 422), ({"purpose": "x" * 10_000}, 422), ({"after": "7"}, 409), ({"after": "-1"}, 422), ({}, 422),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_the_whole_form(client, lawyer, changed, status):
    answer = client.post(f"{BASE}{KEY}/", posted(**changed))
    assert answer.status_code == status
    assert "Relecture" in answer.content.decode() or "reason" in changed
    assert not ActivityVersion.objects.exists()


def test_the_operator_reads_and_does_not_write(client, login_as):
    login_as(Role.OPERATOR)
    page = client.get(f"{BASE}{KEY}/")
    assert page.status_code == 200
    assert 'name="purpose"' not in page.content.decode()
    assert client.post(f"{BASE}{KEY}/", posted(purpose="x")).status_code == 302
    assert not ActivityVersion.objects.exists()


@pytest.mark.parametrize(
    "path", [BASE, f"{BASE}{KEY}/", f"{BASE}registre.csv", "/cms/conservation/", "/cms/conservation/suspensions/"]
)
def test_an_editor_has_nothing_to_do_there(client, login_as, path):
    login_as(Role.EDITOR)
    assert client.get(path).status_code == 302


def test_the_export_holds_every_activity_of_the_role(client, lawyer):
    for name, role in (("responsable", privacy.Role.CONTROLLER), ("sous-traitant", privacy.Role.PROCESSOR)):
        expected = [entry.key for entry in entries.entries(role=role)]
        answer = client.get(f"{BASE}registre.csv?role={name}")
        table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert table[3] == list(exports.LIST)
        assert [row[1] for row in table[4:]] == expected
        sheets = Document(io.BytesIO(client.get(f"{BASE}registre.ods?role={name}").content)).body.tables
        assert [sheet.name for sheet in sheets] == [
            "Liste des traitements",
            *(f"{n} {k}"[:31] for n, k in enumerate(expected, 1)),
        ]
        assert sheets[1].get_value((1, 1)) == entries.entry(expected[0]).purpose
    assert client.get(f"{BASE}registre.xls").status_code == 404
    assert client.get(f"{BASE}registre.csv?role=autre").status_code == 404


def test_no_cell_of_the_export_is_run_as_a_formula():
    write(purpose="=cmd|'/c calc'!A1")
    holder = exports.Holder("=x", "y", "Responsable")
    text = exports.as_csv(holder, [entries.entry(KEY)]).decode("utf-8-sig")
    assert ";'=cmd" in text
    assert ";'=x" in text


def test_the_public_notice_is_drafted_from_the_register_and_published_like_any_version(client, lawyer):
    document = client.post(f"{BASE}politique/")
    assert document.status_code == 302
    version = LegalVersion.objects.get()
    assert version.document.kind == LegalDocument.Kind.PRIVACY
    assert version.status == LegalVersion.Status.DRAFT
    keys = [article["key"] for article in version.articles]
    assert keys == [f"registre-{entry.key}"[:60] for entry in entries.entries()]
    assert client.post(f"{BASE}politique/").status_code == 302
    assert LegalVersion.objects.count() == 1


def test_the_notice_replaces_the_register_s_articles_and_leaves_the_others():
    known = [
        {"key": "qui", "title": "Qui", "body": "Nous.", "why": "x"},
        {"key": "registre-ancienne", "title": "A", "body": "B", "why": ""},
        {"key": "droits", "title": "Vos droits", "body": "Tous.", "why": ""},
    ]
    made = public_notice.merged(known, [entries.entry(KEY)])
    assert [article["key"] for article in made] == ["qui", f"registre-{KEY}", "droits"]
    assert "12 mois" in made[1]["body"] or "1 an" in made[1]["body"]


def test_the_desk_of_nights_asks_for_a_decision_and_takes_it(client, lawyer):
    BadAddress.objects.create(address="a@example.fr", flagged_at=clock_now() - dt.timedelta(days=500))
    assert "/cms/conservation/regle/bad-addresses/" in client.get("/cms/conservation/").content.decode()
    page = client.get("/cms/conservation/regle/bad-addresses/")
    seen = page.context["found"]
    assert seen.found == 1
    client.post("/cms/conservation/regle/bad-addresses/", {"act": "approve", "signature": seen.signature})
    assert RetentionApproval.objects.get().approved_by == lawyer
    engine.run(now=clock_now(), only=KEY)
    assert BadAddress.objects.count() == 0
    assert client.get("/cms/conservation/regle/bad-addresses/").status_code == 200
    assert client.get("/cms/conservation/regle/intake-answers/").status_code == 404


@pytest.mark.parametrize(
    "data", [{}, {"act": "approve", "signature": "x"}, {"act": "lift", "signature": "x", "seen": "9" * 40}]
)
def test_an_approval_of_something_else_is_refused(client, lawyer, data):
    assert client.post("/cms/conservation/regle/bad-addresses/", data).status_code == 409
    assert not RetentionApproval.objects.exists()


def test_a_hold_is_opened_and_lifted_in_the_desk(client, lawyer):
    person = UserFactory(email="tenu@example.fr")
    data = {
        "email": "Tenu@example.fr",
        "kind": "",
        "number": "",
        "reason": "Litige n° 4",
        "ends_at": "2090-01-01 12:00",
    }
    assert client.post("/cms/conservation/suspensions/", data).status_code == 302
    hold = LegalHold.objects.get()
    assert (hold.person, hold.opened_by) == (person, lawyer)
    assert "Litige n° 4" in client.get("/cms/conservation/suspensions/").content.decode()
    client.post(f"/cms/conservation/suspensions/{hold.pk}/lever/")
    hold.refresh_from_db()
    assert hold.lifted_by == lawyer


@pytest.mark.parametrize(
    "changed",
    [
        {"email": ""}, {"email": "inconnu@example.fr"}, {"kind": "common.BadAddress", "number": "1"}, {"ends_at": "2001-01-01 12:00"},
        {"reason": ""}, {"ends_at": ""}, {"email": "", "kind": "common.BadAddress"},
        {"email": "", "kind": "common.BadAddress", "number": "12"}, {"email": "", "kind": "auth.Group", "number": "1"},
    ],
)  # fmt: skip
def test_a_hold_that_says_too_little_is_refused(client, lawyer, changed):
    UserFactory(email="tenu@example.fr")
    data = {
        "email": "tenu@example.fr",
        "kind": "",
        "number": "",
        "reason": "Litige",
        "ends_at": "2090-01-01 12:00",
        **changed,
    }
    answer = client.post("/cms/conservation/suspensions/", data)
    assert answer.status_code == 422
    assert not LegalHold.objects.exists()


def test_the_policy_keeps_its_own_articles_when_it_is_drafted_again(client, lawyer):
    make_version(documents_privacy(), articles=[{"key": "vos-droits", "title": "Vos droits", "body": "Tous."}])
    client.post(f"{BASE}politique/")
    draft = LegalVersion.objects.exclude(status=LegalVersion.Status.PUBLISHED).get()
    assert "vos-droits" in [article["key"] for article in draft.articles]


def documents_privacy() -> LegalDocument:
    return documents.create_document(kind=LegalDocument.Kind.PRIVACY, title="Politique de confidentialité")


def test_the_rules_that_would_end_nothing_are_approved_together(client, lawyer):
    BadAddress.objects.create(address="a@example.fr", flagged_at=clock_now() - dt.timedelta(days=500))
    assert client.post("/cms/conservation/approuver/").status_code == 302
    approved = set(RetentionApproval.objects.values_list("rule", flat=True))
    assert approved == {rule.key for rule in rules if not rule.done_by} - {KEY}


def test_a_practitioner_reads_and_takes_away_the_own_register(client, login_as):
    mine = PractitionerFactory()
    login_as(mine.user)
    page = client.get("/espace-praticien/registre/").content.decode()
    for key in ("appointments", "client-follow-up", "facturation", "reclamations", "impayes", "litiges"):
        assert f'id="activite-{key}"' in page
    sheets = Document(io.BytesIO(client.get("/espace-praticien/registre/mon-registre.ods").content)).body.tables
    assert mine.full_name in sheets[0].get_row(1).get_values()
    text = client.get("/espace-praticien/registre/mon-registre.csv").content.decode("utf-8-sig")
    assert ";Sous-traitant;" not in text
    assert mine.full_name in text
    assert client.get("/espace-praticien/registre/mon-registre.xls").status_code == 404
