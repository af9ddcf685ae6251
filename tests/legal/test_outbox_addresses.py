"""Messages are found by address whatever its case, by an index; what the law asks before one leaves costs a bounded number of queries."""

import pytest
from django.db import connection

from common import outbox
from common.clock import now as clock_now
from common.models import OutboxMessage, addressed_to
from legal.models import Death, RightsChoice
from legal.retention import people
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def message(to: str, template: str = "booking/reminder_client", **fields: str) -> OutboxMessage:
    known = {"key": f"{to}-{template}", "subject": "Bonjour", "text": "Bonjour Léa", "status": "sent"}
    return OutboxMessage.objects.create(to=to, template=template, next_attempt_at=clock_now(), **(known | fields))


def test_erasure_empties_what_was_sent_to_the_address_in_another_case():
    user = UserFactory(email="lea.grand@exemple.fr")
    message("Lea.Grand@Exemple.fr")
    waits = message("LEA.GRAND@exemple.fr", status="pending")
    people.erase_accounts([user.pk], clock_now())
    assert OutboxMessage.objects.get().text == ""
    assert not OutboxMessage.objects.filter(pk=waits.pk).exists()


def test_the_search_by_address_follows_its_index():
    """As it is on a table of a million rows: reading it whole is forbidden here."""
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
    plan = OutboxMessage.objects.filter(addressed_to(["Lea@exemple.fr", "autre@exemple.fr"])).explain()
    assert "outbox_address" in plan


def test_the_gates_cost_the_same_whatever_how_many_people_chose(django_assert_max_num_queries):
    team = UserFactory(is_staff=True)
    for _ in range(10):
        RightsChoice.objects.create(user=UserFactory(), kind="restriction", ground="claim", since=clock_now())
        Death.objects.create(user=UserFactory(), document="x", relation="x", recorded_by=team, recorded_at=clock_now())
    rows = [message("a@exemple.fr"), message("+33611223344", channel="sms"), message("b@exemple.fr", "rights/closed")]
    for row in rows:
        with django_assert_max_num_queries(4):
            assert not any(gate(row) for gate in outbox.gates)


@pytest.mark.parametrize("typed", ["lea@exemple.fr", "Lea@Exemple.FR"])
def test_a_restriction_holds_back_whatever_the_case_of_the_address(typed):
    user = UserFactory(email="lea@exemple.fr")
    RightsChoice.objects.create(user=user, kind="restriction", ground="claim", since=clock_now())
    assert any(gate(message(typed)) for gate in outbox.gates)
    assert not any(gate(message(typed, "rights/closed")) for gate in outbox.gates), "what is necessary leaves"
