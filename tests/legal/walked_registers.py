"""What the walk of ten years watches in the registers that the law asks of a processor: breaches, audits, instructions, disclosures."""

import datetime as dt

from django.core.files.base import ContentFile

from common.sealed_files import private_storage
from legal.models import AuditRequest, Breach, BreachEvent, BreachMessage, BreachPerson, Disclosure, Instruction
from practitioners.models import EndedMark, PageFigure, Practitioner, Structure
from search.models import UsualSearch
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory, StructureFactory
from tests.legal.walked import START, Thing, after


def of_the_registers() -> list[Thing]:
    return [*_breaches(), *_of_a_processor(), *_disclosed(), _ended_for_a_breach(), *_counted(), _closed()]


def _breaches() -> list[Thing]:
    team, concerned = UserFactory(), UserFactory(date_joined=after(START, 118))
    breach = Breach.objects.create(
        reference="WALKBREACH", title="Fichier égaré", known_at=START, facts="x", opened_by=team, closed_at=START,
        not_notified_reason="Aucun risque",
    )  # fmt: skip
    BreachEvent.objects.create(breach=breach, what="opened", by=team, at=START)
    BreachMessage.objects.create(breach=breach, to="people", words="x", asked_by=team, asked_at=START)
    BreachPerson.objects.create(breach=breach, user=concerned)
    gone = after(START, 60)
    return [
        Thing(name, gone, model._base_manager.filter(**{key: breach.pk}).exists, "breaches")
        for name, model, key in (
            ("breach", Breach, "pk"),
            ("its steps", BreachEvent, "breach"),
            ("its messages", BreachMessage, "breach"),
            ("who was concerned", BreachPerson, "breach"),
        )
    ]


def _of_a_processor() -> list[Thing]:
    ended = after(START, 9)
    practitioner = PractitionerFactory(first_name="Alix", last_name="Nérac")
    Practitioner.objects.filter(pk=practitioner.pk).update(status="ended", ended_at=ended, listed_at=START)
    audit = AuditRequest.objects.create(
        user=practitioner.user,
        asked_at=START,
        begins_on=START.date(),
        days=2,
        scope="Les accès",
        auditor="Cabinet Nérac",
    )
    told = Instruction.objects.create(user=practitioner.user, text="Effacez la fiche de Léa", received_at=START)
    return [
        Thing("audit", after(ended, 60), AuditRequest.objects.filter(pk=audit.pk).exists, "audits"),
        Thing("instruction", after(ended, 60), Instruction.objects.filter(pk=told.pk).exists, "instructions"),
    ]


def _ended_for_a_breach() -> Thing:
    mark = EndedMark.objects.create(digest="a" * 64, ground="breach", ended_on=START.date())
    return Thing("mark of an end", after(START, 60), EndedMark.objects.filter(pk=mark.pk).exists, "ended-marks")


def _closed() -> Thing:
    day = START.date()
    closed = StructureFactory(page=False, source="sirene", imported_on=day, closed_on=day)
    return Thing(
        "closed establishment", after(START, 12), Structure.objects.filter(pk=closed.pk).exists, "closed-structures"
    )


def _counted() -> list[Thing]:
    """Who was counted is nobody; the page is a practitioner's."""
    practitioner = PractitionerFactory()
    day = START.date()
    figure = PageFigure.objects.create(practitioner=practitioner, day=day, what="view")
    usual = UsualSearch.objects.create(
        practitioner=practitioner, month=day, words="Sophrologie", address="q=sophrologie"
    )
    return [
        Thing("visits of a day", after(START, 25), PageFigure.objects.filter(pk=figure.pk).exists, "page-figures"),
        Thing("usual search", after(START, 25), UsualSearch.objects.filter(pk=usual.pk).exists, "usual-searches"),
    ]


def _disclosed() -> list[Thing]:
    team, other = UserFactory(), UserFactory()
    decided = START + dt.timedelta(days=3)
    person = UserFactory(date_joined=after(START, 118))
    row = Disclosure.objects.create(
        reference="WALKDISC", authority="TJ de Lyon", basis="art. 60-1 CPP", scope="x", person=person, asked_on=START.date(),
        prepared_at=START, prepared_by=team, decided_at=decided, decided_by=other, sha256="x",
        file=ContentFile(b"zip", name="remise.zip"),
    )  # fmt: skip
    name = row.file.name
    return [
        Thing("disclosure", after(decided, 60), Disclosure.objects.filter(pk=row.pk).exists, "disclosures"),
        Thing("its file", after(decided, 60), lambda: private_storage().exists(name), "disclosures"),
    ]
