"""The register of breaches: 72 hours, those concerned found by a query, messages, the CNIL, nothing rewritten."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.roles import Role
from common.clock import now
from common.models import OutboxMessage
from legal.breaches import concerned, handling, paper, sending
from legal.models import Breach, BreachEvent, BreachMessage, BreachPerson
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory

pytestmark = pytest.mark.django_db
FACTS = {
    "title": "Fichier envoyé au mauvais destinataire", "began_at": None, "ended_at": None, "natures": ["confidentiality"],
    "facts": "Un export a été envoyé à une autre adresse.", "categories": ["Noms", "Adresses e-mail"], "people_estimate": 12,
    "consequences": "Des messages d’hameçonnage.", "measures": "L’adresse a confirmé l’effacement.", "risk": "risk",
}  # fmt: skip


@pytest.fixture
def lawyer() -> Any:
    return UserFactory(roles=[Role.LEGAL])


def opened(lawyer: Any, hours_ago: float = 1, **facts: Any) -> Breach:
    breach = handling.open_one(
        title="Fichier envoyé", facts="Un export", known_at=now() - dt.timedelta(hours=hours_ago), by=lawyer, now=now()
    )
    return handling.write(breach=breach, said={**FACTS, **facts}, by=lawyer, now=now())


def alarms() -> list[str]:
    return sorted(OutboxMessage.objects.filter(key__startswith="breach-alarm").values_list("key", flat=True))


def test_the_team_is_alarmed_at_each_step_of_the_72_hours_once(lawyer: Any) -> None:
    breach = opened(lawyer, 0)
    for hour, count in ((23, 0), (24.5, 1), (25, 1), (49, 2), (61, 3), (69, 4), (73, 5), (90, 5)):
        with time_machine.travel(breach.known_at + dt.timedelta(hours=hour), tick=False):
            sending.keep(now=now())
            sending.keep(now=now())
        assert len(alarms()) == count, hour
    assert breach.events.filter(what="alarm").count() == 5


def test_a_notified_breach_rings_no_more(lawyer: Any) -> None:
    breach = opened(lawyer, 0)
    handling.notify_cnil(breach=breach, notified_at=now(), reference="CNIL-1", late_reason="", by=lawyer, now=now())
    with time_machine.travel(now() + dt.timedelta(hours=80), tick=False):
        sending.keep(now=now())
    assert alarms() == []


def test_after_72_hours_the_notification_says_why_it_is_late(lawyer: Any) -> None:
    breach = opened(lawyer, 80)
    said = {"breach": breach, "notified_at": now(), "reference": "CNIL-2", "by": lawyer, "now": now()}
    with pytest.raises(handling.SayWhyLate):
        handling.notify_cnil(**said, late_reason="")
    handling.notify_cnil(**said, late_reason="Découverte pendant un pont, équipe absente.")
    breach.refresh_from_db()
    assert breach.cnil_late_reason.startswith("Découverte")


def test_who_stays_silent_says_why_and_only_without_risk(lawyer: Any) -> None:
    breach = opened(lawyer)
    with pytest.raises(handling.CannotStaySilent):
        handling.stay_silent(breach=breach, reason="Peu de monde concerné.", by=lawyer, now=now())
    breach = handling.write(breach=breach, said={**FACTS, "risk": "none"}, by=lawyer, now=now())
    handling.stay_silent(breach=breach, reason="Données chiffrées, clé intacte.", by=lawyer, now=now())
    assert handling.close(breach=breach, lessons="Chiffrement gardé.", by=lawyer, now=now()).closed_at


def test_those_concerned_are_found_through_the_register(lawyer: Any) -> None:
    inside, outside = AppointmentFactory(), AppointmentFactory()
    type(outside).objects.filter(pk=outside.pk).update(created_at=now() - dt.timedelta(days=90))
    type(inside).objects.filter(pk=inside.pk).update(created_at=now() - dt.timedelta(days=1))
    model = type(inside)
    moment = concerned.moment_of(model)
    assert moment == "created_at"
    query = concerned.Query(("appointments",), now() - dt.timedelta(days=7), now())
    found = concerned.search(query)
    assert inside.client_id in found.people
    assert outside.client_id not in found.people
    assert concerned.practitioners_of({inside.client_id}) == {inside.practitioner.user_id: 1}


def test_a_query_is_counted_first_and_recorded_when_confirmed(client: Client, login_as: Any, lawyer: Any) -> None:
    row = AppointmentFactory()
    breach = opened(lawyer)
    login_as(Role.LEGAL)
    path = f"/cms/violations/{breach.reference}/concernes/"
    page = client.post(path, {"activities": ["appointments"]}).content.decode()
    assert row.client.email not in page
    assert not BreachPerson.objects.exists()
    assert client.post(path, {"activities": ["appointments"], "retenir": "1"}).status_code == 302
    assert BreachPerson.objects.get(user=row.client_id).is_person
    assert BreachPerson.objects.get(user=row.practitioner.user_id).clients == 1


@pytest.mark.parametrize(
    "sent",
    [{}, {"activities": ["nothing"]}, {"activities": ["appointments"], "begins": "hier"}, {"activities": ["appointments"], "begins": "2026-05-02", "ends": "2026-05-01"},
     {"activities": ["appointments"], "begins": "9999-12-31"}],
)  # fmt: skip
def test_a_query_of_nonsense_is_said(client: Client, login_as: Any, lawyer: Any, sent: dict[str, Any]) -> None:
    breach = opened(lawyer)
    login_as(Role.LEGAL)
    assert client.post(f"/cms/violations/{breach.reference}/concernes/", sent).status_code == 422


def test_people_and_practitioners_are_told_once_each_with_what_they_need(lawyer: Any) -> None:
    row = AppointmentFactory()
    breach = opened(lawyer)
    handling.choose(breach=breach, query=concerned.Query(("appointments",)), by=lawyer, now=now())
    for to in BreachMessage.To.values:
        handling.ask_messages(breach=breach, to=to, words="Changez votre mot de passe.", by=lawyer, now=now())
    for _n in range(3):
        sending.keep(now=now())
    person = OutboxMessage.objects.get(to=row.client.email, key__startswith=f"breach-{breach.pk}-people")
    assert "Changez votre mot de passe." in person.text
    assert "Un export a été envoyé" in person.text
    controller = OutboxMessage.objects.get(
        to=row.practitioner.user.email, key__startswith=f"breach-{breach.pk}-practitioners"
    )
    assert breach.reference in controller.text
    assert "Adresses e-mail" in controller.text
    assert "Nature\u00a0: Données vues" in controller.text, "words, not a list as the program writes it"
    assert "72" in controller.text
    assert row.client.email not in controller.text


def test_messages_leave_at_a_pace(lawyer: Any) -> None:
    breach = opened(lawyer)
    BreachPerson.objects.bulk_create(BreachPerson(breach=breach, user=UserFactory(), is_person=True) for _n in range(5))
    message = handling.ask_messages(breach=breach, to="people", words="Rien à faire.", by=lawyer, now=now())
    assert [sending.send_some(message_id=message.pk, now=now(), pace=2) for _n in range(4)] == [2, 2, 1, 0]
    message.refresh_from_db()
    assert (message.count, message.finished_at is not None) == (5, True)


def test_nothing_is_sent_before_somebody_is_recorded(lawyer: Any) -> None:
    with pytest.raises(handling.NobodyRecorded):
        handling.ask_messages(breach=opened(lawyer), to="people", words="x", by=lawyer, now=now())


def test_it_closes_only_when_the_law_is_satisfied(lawyer: Any) -> None:
    breach = opened(lawyer, risk="high")
    close = {"breach": breach, "lessons": "Deux personnes relisent les envois.", "by": lawyer, "now": now()}
    with pytest.raises(handling.NotSettled):
        handling.close(**close)
    handling.notify_cnil(breach=breach, notified_at=now(), reference="CNIL-3", late_reason="", by=lawyer, now=now())
    with pytest.raises(handling.PeopleNotTold):
        handling.close(**close)
    BreachPerson.objects.create(breach=breach, user=UserFactory(), is_person=True)
    handling.ask_messages(breach=breach, to="people", words="Prudence.", by=lawyer, now=now())
    sending.keep(now=now())
    handling.close(**close)
    with pytest.raises(handling.Closed):
        handling.write(breach=breach, said={**FACTS, "title": "Autre"}, by=lawyer, now=now())


def test_the_history_keeps_what_stood_before_and_changes_no_more(lawyer: Any) -> None:
    breach = opened(lawyer)
    handling.write(breach=breach, said={**FACTS, "facts": "Deux exports."}, by=lawyer, now=now())
    last = BreachEvent.objects.filter(what="written").last()
    assert last is not None
    assert last.facts["before"]["facts"] == FACTS["facts"]
    for sql in ("update legal_breachevent set words = 'x'", "delete from legal_breachevent"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_breach_known_tomorrow_is_refused(lawyer: Any) -> None:
    with pytest.raises(handling.FromTheFuture):
        handling.open_one(title="x", facts="y", known_at=now() + dt.timedelta(days=1), by=lawyer, now=now())


def test_its_register_is_a_pdf(lawyer: Any) -> None:
    assert paper.render(opened(lawyer, facts="Un # * _ `export` 🙂 <b>"), now=now(), mark="Export E-1").startswith(
        b"%PDF"
    )


def test_the_desk_opens_completes_and_refuses_in_words(client: Client, login_as: Any) -> None:
    login_as(Role.LEGAL)
    assert client.post("/cms/violations/ouvrir/", {"title": "", "known_at": "demain", "facts": ""}).status_code == 422
    moment = (now() - dt.timedelta(hours=2)).strftime("%Y-%m-%d %H:%M")
    assert (
        client.post(
            "/cms/violations/ouvrir/", {"title": "Portable perdu", "known_at": moment, "facts": "Dans un train."}
        ).status_code
        == 302
    )
    breach = Breach.objects.get()
    base = f"/cms/violations/{breach.reference}/"
    assert client.get(f"{base}faits/").status_code == 200
    sent = {
        "title": "Portable perdu",
        "natures": ["availability"],
        "facts": "Dans un train.",
        "categories": "Noms",
        "risk": "none",
    }
    assert client.post(f"{base}faits/", {**sent, "natures": []}).status_code == 422
    assert client.post(f"{base}faits/", sent).status_code == 302
    assert client.post(f"{base}etape/clore/", {"close-words": "Disques chiffrés."}).status_code == 422
    assert client.post(f"{base}etape/sans-notification/", {"silence-words": "non"}).status_code == 422
    assert (
        client.post(f"{base}etape/sans-notification/", {"silence-words": "Le disque est chiffré."}).status_code == 302
    )
    assert client.post(f"{base}etape/clore/", {"close-words": "Chiffrement vérifié."}).status_code == 302
    assert client.post(f"{base}etape/inconnue/", {}).status_code == 404
    assert client.get(f"{base}registre.pdf").content.startswith(b"%PDF")
    assert client.get("/cms/violations/").status_code == 200
