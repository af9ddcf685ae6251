"""What follows a commit cannot undo it, nor break the answer of who caused it."""

import pytest
from django.db import OperationalError, transaction

from common.signals import contract_ended, listing_changed
from search import receivers
from tests.factories.practitioners import PractitionerFactory


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("signal", [listing_changed, contract_ended])
def test_a_database_that_dies_after_the_commit_breaks_no_answer(monkeypatch, signal):
    practitioner = PractitionerFactory()

    def dead(*_args: object) -> bool:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(receivers, "enqueue", dead)
    with transaction.atomic():
        practitioner.save()
        signal.send(sender=type(practitioner), practitioner_id=practitioner.pk)
    assert type(practitioner).objects.filter(pk=practitioner.pk).exists()
