"""Unfinished application files, reports and structures: what the desks have to work on."""

import datetime as dt

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile

from accounts.models import User
from common import clock
from demo.content import casework
from demo.content.load import FOLDER
from demo.content.shapes import DemoReport
from demo.seed import pictures
from demo.seed.people import Seeder
from demo.seed.specimen import document
from legal.models import Report
from places.models import Commune
from practitioners.actions import media
from practitioners.models import ApplicationItem, Practice, Practitioner, Structure, StructureIndexPage, StructurePage
from practitioners.structure_import import run

GROUNDS = {"false": Report.Ground.FALSE, "misleading": Report.Ground.MEDICAL}


def applications(seeder: Seeder) -> None:
    """Files in each state before listing: being filled in, to be checked, refused."""
    for row in casework.applications():
        practitioner = seeder.applicant(row.person)
        moment = seeder.now - dt.timedelta(days=row.days_ago)
        practitioner.status = Practitioner.Status(row.status)
        practitioner.submitted_at = None if row.status == "applying" else moment
        practitioner.status_reason = row.reason
        practitioner.save()
        links = list(practitioner.practice_links.select_related("practice"))
        for kind, status, note in row.items:
            targets: list[Practice | None] = [link.practice for link in links] if kind == "certificate" else [None]
            for practice in targets:
                _item(practitioner, seeder.verifier, kind, practice, status, note, moment)


def _item(
    practitioner: Practitioner,
    verifier: User,
    kind: str,
    practice: Practice | None,
    status: str,
    note: str,
    moment: dt.datetime,
) -> None:
    checked = status in {"accepted", "refused"}
    declared = {
        "insurance": practitioner.insurance_number,
        "siret": practitioner.siret,
        "legal_form": practitioner.legal_form,
        "mediator": practitioner.mediator,
        "vat": practitioner.vat_number,
    }
    item = ApplicationItem(
        practitioner=practitioner,
        kind=kind,
        practice=practice,
        value="" if status == "missing" else declared.get(kind, ""),
        status=status,
        provided_at=None if status == "missing" else moment,
        checked_by=verifier if checked else None,
        checked_at=moment + dt.timedelta(days=1) if checked else None,
        evidence=(note or "Document vu") if status == "accepted" else "",
        refusal_reason=note if status == "refused" else "",
        valid_until=practitioner.insurance_until if kind == "insurance" and status == "accepted" else None,
    )
    if status != "missing" and kind in {"certificate", "insurance", "prices"}:
        title = f"{item.get_kind_display()}{f' – {practice}' if practice else ''}"
        item.document.save(f"{kind}.pdf", ContentFile(document(title, practitioner.full_name)), save=False)
    item.save()


def reports(people: dict[str, Practitioner]) -> None:
    now = clock.now()
    for number, row in enumerate(casework.reports(), start=1):
        practitioner = people.get(row.practitioner)
        if practitioner is None:
            continue
        subject = practitioner.reviews.order_by("rating", "pk").first() if row.target == "review" else practitioner
        if subject is None:
            continue
        Report.objects.create(
            reference=f"S-DEMO-{number:02d}",
            content_type=ContentType.objects.get_for_model(subject),
            object_id=subject.pk,
            subject_label=f"{practitioner.full_name} – {subject}" if row.target == "review" else practitioner.full_name,
            ground=GROUNDS[row.ground],
            text=row.text,
            reporter_email=address(practitioner, row),
            received_at=now - dt.timedelta(days=row.days_ago),
        )


def address(practitioner: Practitioner, row: DemoReport) -> str:
    """Reporters of the demo are invented; the practitioner who reports a review has an address."""
    return practitioner.professional_email if row.target == "review" else "jocelyne@clients.example"


def structures(people: dict[str, Practitioner], index: StructureIndexPage, administrator: User) -> None:
    for row in casework.structures():
        structure = Structure.objects.create(
            name=row.name,
            slug=row.slug,
            siret=row.siret,
            legal_name=row.legal_name,
            email=row.email,
            phone=row.phone,
            street=row.street,
            postal_code=row.postal_code,
            commune=Commune.objects.get(insee=row.insee),
            opening_hours=[list(line) for line in row.opening_hours],
        )
        structure.practitioners.set([people[key] for key in row.practitioners if key in people])
        page = StructurePage(
            cover=pictures.cover(row.slug, title=row.name, collection=media.collection_of(owner=structure)),
            cover_alt="Paysage dessiné : des collines sous le soleil",
            title=row.name,
            slug=row.slug,
            structure=structure,
            headline=row.headline[:140],
            description="\n\n".join(row.description)[:3000],
            services="\n".join(row.services),
        )
        index.add_child(instance=page)
        page.save_revision().publish()
    Structure.objects.order_by("pk")[0].administrators.add(administrator)


def registers() -> None:
    """Establishments of invented extracts, in the shape of the published files: what nobody has claimed yet."""
    folder = FOLDER / "registers"
    for source, name in (
        (Structure.Source.SIRENE, "StockEtablissement_sample.csv"),
        (Structure.Source.FINESS, "etalab-cs1100502-stock-sample.csv"),
    ):
        run.load(folder / name, source, today=clock.today())
