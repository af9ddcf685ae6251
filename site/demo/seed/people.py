"""Practitioners with their checked file, their place, their services and their public page."""

import datetime as dt
from collections.abc import Iterable

from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.models import Collection

from accounts.actions import roles
from accounts.models import User
from accounts.roles import Role
from common import clock
from common.text import sort_key
from demo.content.portraits import portrait_png
from demo.content.shapes import DemoPractitioner
from demo.seed import accounts, pictures
from places.models import Commune
from practitioners.actions import media
from practitioners.models import (
    ApplicationItem,
    Practice,
    PracticePlace,
    Practitioner,
    PractitionerPractice,
    ProfileIndexPage,
    ProfilePage,
    Service,
    Theme,
)

METHODS = {"card": "carte", "cash": "especes", "cheque": "cheque", "transfer": "virement"}
# People receive near the middle of their town, not all on its town hall: a fixed scatter, in degrees (about 2 km at most).
SCATTER = [
    (0.004, -0.009),
    (-0.007, 0.006),
    (0.011, 0.004),
    (-0.003, -0.012),
    (0.009, 0.013),
    (-0.012, -0.004),
    (0.002, 0.008),
]


class Seeder:
    """Creates people one by one; holds what every one of them needs."""

    def __init__(
        self, *, practices: dict[str, Practice], themes: dict[str, Theme], index: ProfileIndexPage, verifier: User
    ) -> None:
        self.practices, self.themes, self.index, self.verifier = practices, themes, index, verifier
        self.now = clock.now()

    def listed(self, rank: int, row: DemoPractitioner, *, email: str = "") -> Practitioner:
        """A practitioner whose file was checked and whose page is public."""
        practitioner = self._identity(row, email or row.email)
        practitioner.status = Practitioner.Status.LISTED
        practitioner.submitted_at = self.now - dt.timedelta(days=row.listed_days_ago + 6)
        practitioner.listed_at = self.now - dt.timedelta(days=row.listed_days_ago, minutes=rank)
        practitioner.save()
        self._offer(rank, practitioner, row)
        self._evidence(practitioner, row)
        self._page(practitioner, row)
        return practitioner

    def applicant(self, row: DemoPractitioner) -> Practitioner:
        practitioner = self._identity(row, row.email)
        practitioner.save()
        self._practices(practitioner, row, checked_at=None)
        return practitioner

    def _identity(self, row: DemoPractitioner, email: str) -> Practitioner:
        user = accounts.person(email, row.first_name, row.last_name, phone=row.phone)
        roles.grant(user=user, role=Role.PRACTITIONER)
        return Practitioner(
            user=user,
            slug=row.key,
            first_name=row.first_name,
            last_name=row.last_name,
            sort_name=sort_key(row.last_name, row.first_name),
            professional_email=row.email,
            phone=row.phone,
            # Some like to be called, some do not: two in three.
            phone_on_request=len(row.key) % 3 != 0,
            street=row.place.street,
            postal_code=row.place.postal_code,
            town=row.place.town,
            legal_form=row.legal_form,
            capital_cents=row.capital_cents,
            siret=row.siret,
            vat_number=row.vat_number,
            insurer=row.insurer,
            insurance_number=row.insurance_number,
            insurance_until=self.now.date() + dt.timedelta(days=row.insurance_in_days),
            mediator=row.mediator,
            mediator_contact=row.mediator_contact,
            languages=[code for code in row.languages if len(code) == 2],
            payment_methods=[METHODS[name] for name in row.payment_methods],
            home_radius_km=row.home_radius_km,
            partner_software=row.partner_software,
            partner_since=self.now.date() - dt.timedelta(days=90) if row.partner_software else None,
            partner_evidence="Attestation de l’éditeur" if row.partner_software else "",
        )

    def _practices(self, practitioner: Practitioner, row: DemoPractitioner, checked_at: dt.datetime | None) -> None:
        trainings = {training.practice: training for training in reversed(row.trainings)}
        PractitionerPractice.objects.bulk_create(
            PractitionerPractice(
                practitioner=practitioner,
                practice=self.practices[slug],
                position=position,
                school=trainings[slug].school if slug in trainings else "",
                year=trainings[slug].year if slug in trainings else None,
                certificate_checked_at=checked_at,
            )
            for position, slug in enumerate(row.practices)
        )

    def _offer(self, rank: int, practitioner: Practitioner, row: DemoPractitioner) -> None:
        self._practices(practitioner, row, checked_at=practitioner.listed_at)
        practitioner.themes.set([self.themes[slug] for slug in row.themes if slug in self.themes])
        if row.receives_at_place:
            commune = Commune.objects.get(insee=row.place.insee)
            north, east = SCATTER[rank % len(SCATTER)]
            PracticePlace.objects.create(
                practitioner=practitioner,
                street=row.place.street,
                complement=row.place.complement,
                postal_code=row.place.postal_code,
                commune=commune,
                latitude=commune.latitude + north / 2,
                longitude=commune.longitude + east / 2,
                access=" ".join(filter(None, [row.place.access, row.place.transport])),
                door_code=row.place.door_code,
                step_free=row.place.step_free,
            )
        Service.objects.bulk_create(
            Service(
                practitioner=practitioner,
                practice=self.practices[service.practice],
                name=service.name,
                description=service.description,
                mode=service.mode,
                duration_minutes=service.duration_minutes,
                buffer_after_minutes=service.buffer_after_minutes,
                price_cents=service.price_cents,
                payment=service.payment,
                deposit_cents=service.deposit_cents,
                advance=service.advance,
                confirmation=service.confirmation,
                accepts_minors=service.accepts_minors,
                first_session=service.first_session,
                bookable=row.online_booking,
                position=position,
            )
            for position, service in enumerate(row.services)
            if service.seats == 1  # groups share a time, which a session booked alone cannot
        )

    def _evidence(self, practitioner: Practitioner, row: DemoPractitioner) -> None:
        kinds = ApplicationItem.Kind
        seen: list[tuple[str, Practice | None, str, str, dt.date | None]] = [
            (kinds.PHOTO, None, "Photographie", "Portrait net, de face", None),
            (kinds.INSURANCE, None, row.insurance_number, f"Attestation {row.insurer}", practitioner.insurance_until),
            (kinds.LEGAL_FORM, None, row.legal_form, "Avis de situation au répertoire Sirene", None),
            (kinds.SIRET, None, row.siret, "Numéro vérifié, établissement actif", None),
            (kinds.MEDIATOR, None, row.mediator, "Convention avec le médiateur", None),
            (kinds.PRICES, None, "Tarifs", "Tarifs affichés toutes taxes comprises", None),
        ]
        if row.vat_number:
            seen.append((kinds.VAT, None, row.vat_number, "Numéro vérifié", None))
        for training in {training.practice: training for training in reversed(row.trainings)}.values():
            text = f"{training.title}, {training.school}, {training.year}"
            seen.append((kinds.CERTIFICATE, self.practices[training.practice], text[:300], text[:300], None))
        ApplicationItem.objects.bulk_create(
            ApplicationItem(
                practitioner=practitioner,
                kind=kind,
                practice=practice,
                value=value,
                status=ApplicationItem.Status.ACCEPTED,
                provided_at=practitioner.submitted_at,
                checked_by=self.verifier,
                checked_at=practitioner.listed_at,
                valid_until=until,
                evidence=evidence,
            )
            for kind, practice, value, evidence, until in seen
        )

    def _page(self, practitioner: Practitioner, row: DemoPractitioner) -> None:
        page = ProfilePage(
            title=practitioner.full_name,
            slug=practitioner.slug,
            practitioner=practitioner,
            headline=row.headline,
            word=row.word[:900],
            approach=row.approach[:1500],
            faq=[("question", {"question": faq.question, "answer": faq.answer}) for faq in row.faq],
            portrait=self._portrait(practitioner, row) if row.has_portrait else None,
            owner=practitioner.user,
        )
        self.index.add_child(instance=page)
        # As publishing does, without its second round of index updates: the search entries are written at the end.
        revision = page.save_revision(user=practitioner.user, log_action=True)
        ProfilePage.objects.filter(pk=page.pk).update(
            live_revision=revision, first_published_at=practitioner.listed_at, last_published_at=practitioner.listed_at
        )

    def _portrait(self, practitioner: Practitioner, row: DemoPractitioner) -> AbstractImage:
        return pictures.picture(
            portrait_png(row),
            name=row.key,
            title=f"{row.first_name} {row.last_name}",
            collection=Collection.get_first_root_node(),
        )


def collections(practitioners: Iterable[Practitioner]) -> None:
    """Portraits go to the collections of those they show, made by name: a tree in order moves all that comes after a new one."""
    for practitioner in sorted(practitioners, key=str):
        found = ProfilePage.objects.filter(practitioner=practitioner, portrait__isnull=False)
        portraits = get_image_model().objects.filter(pk__in=found.values("portrait"))
        if portraits.exists():
            portraits.update(collection=media.collection_of(owner=practitioner))
