"""The end of what is kept of practitioners: applications that lead nowhere, reviews with the contract, the rest five years later."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.models import ModelLogEntry, PageLogEntry, ReferenceIndex

from common.privacy import Fate
from common.retention import Rule, account_parts, keep_until
from legal.models import AcceptanceDetail
from legal.retention import files, people
from practitioners.models import (
    ApplicationItem,
    ContractEnd,
    EndedMark,
    FileEvent,
    FormalNotice,
    Harvest,
    PageFigure,
    PracticePlace,
    Practitioner,
    ProfilePage,
    Review,
    ReviewInvitation,
    Service,
    Structure,
)

Status = Practitioner.Status
# A number stands for the name: the address of the page must stay unique.
GONE = "praticien-efface"
_NAMED = (
    "first_name", "last_name", "professional_email", "phone", "street", "siret", "vat_number", "insurer", "insurance_number",
    "mediator", "mediator_contact", "status_reason", "partner_evidence",
)  # fmt: skip


def register() -> None:
    keep_until(
        Rule(
            key="applications",
            activity="applications",
            model="practitioners.Practitioner",
            says="Candidatures abandonnées ou refusées : dossier, pièces et compte effacés ; il reste un numéro.",
            expired=_abandoned,
            end=end_practitioners,
            people=("user_id",),
        ),
        Rule(
            key="reviews",
            activity="reviews",
            model="practitioners.Review",
            says="Avis sur un praticien dont le contrat est fini : effacés.",
            expired=lambda moment: Review.objects.filter(practitioner__ended_at__lt=moment),
            months=0,
            people=("practitioner__user_id", "invitation__client_id"),
            objects=(("practitioners.Practitioner", "practitioner_id"),),
        ),
        Rule(
            key="page-figures",
            activity="audience",
            model="practitioners.PageFigure",
            says="Nombres de visites, de numéros montrés et de messages d’un jour : effacés.",
            expired=lambda moment: PageFigure.objects.filter(day__lt=moment.date()),
            people=("practitioner__user_id",),
            objects=(("practitioners.Practitioner", "practitioner_id"),),
        ),
        Rule(
            key="ended-marks",
            activity="ended-marks",
            model="practitioners.EndedMark",
            says="Empreintes de contrats rompus pour manquement : effacées.",
            expired=lambda moment: EndedMark.objects.filter(ended_on__lt=moment.date()),
        ),
        Rule(
            key="harvests",
            activity="harvesting",
            model="practitioners.Harvest",
            says="Adresses-pièges auxquelles on a écrit : effacées.",
            expired=lambda moment: Harvest.objects.filter(received_at__lt=moment),
        ),
        Rule(
            key="closed-structures",
            activity="open-structures",
            model="practitioners.Structure",
            says="Établissements des répertoires publics fermés, que personne ici n’administre : effacés.",
            expired=lambda moment: Structure.objects.imported().filter(closed_on__lt=moment.date()),
        ),
        Rule(
            key="practitioner-acceptances",
            activity="acceptances",
            model="legal.AcceptanceDetail",
            says="Identité et adresse IP des acceptations d’un praticien, après la fin du contrat : détruites ; la chaîne reste valide.",
            expired=lambda moment: AcceptanceDetail.objects.filter(user__practitioner__ended_at__lt=moment),
            fate=Fate.ANONYMISE,
            people=("user_id",),
        ),
        Rule(
            key="practitioners",
            activity="practitioner-contract",
            model="practitioners.Practitioner",
            says="Praticiens dont le contrat est fini : compte, fiche, dossier, pièces, images et lieux effacés ; il reste un numéro.",
            expired=lambda moment: _kept().filter(ended_at__lt=moment),
            end=end_practitioners,
            people=("user_id",),
        ),
    )
    account_parts.register("reviews", _invitations, order=40)


def _kept() -> QuerySet[Practitioner, Any]:
    return Practitioner.objects.exclude(slug__startswith=f"{GONE}-")


def _abandoned(moment: dt.datetime) -> QuerySet[Practitioner, Any]:
    """Never listed, and nothing happened to the file since `moment`."""
    never = _kept().filter(status__in=[Status.APPLYING, Status.SUBMITTED, Status.REFUSED], listed_at=None)
    active = Q(events__at__gte=moment) | Q(items__provided_at__gte=moment) | Q(user__last_login__gte=moment)
    begun = never.alias(since=Greatest(F("created_at"), F("submitted_at"))).filter(since__lt=moment)
    return begun.exclude(pk__in=Practitioner.objects.filter(active).values("pk"))


def end_practitioners(keys: Sequence[int], now: dt.datetime) -> None:
    """What identifies them goes, with the files; rows that others point to stay, without a name."""
    found = list(Practitioner.objects.filter(pk__in=keys).select_related("media"))
    _pages(found, now)
    documents = ApplicationItem.objects.filter(practitioner__in=keys).exclude(document="")
    files.ask(storage="private", names=documents.values_list("document", flat=True), now=now)
    FileEvent._base_manager.filter(practitioner__in=keys)._raw_delete("default")
    ContractEnd.objects.filter(practitioner__in=keys).delete()
    FormalNotice.objects.filter(practitioner__in=keys).delete()
    ApplicationItem.objects.filter(practitioner__in=keys).delete()
    ReviewInvitation.objects.filter(practitioner__in=keys, review=None).delete()
    PracticePlace.objects.filter(practitioner__in=keys).update(
        name="", street="", complement="", access="", door_code=""
    )
    Service.objects.filter(practitioner__in=keys).update(internal_note="", description="", preparation="")
    for practitioner in found:
        _forget_name(practitioner)
    people.erase_accounts([practitioner.user_id for practitioner in found], now)


def _forget_name(practitioner: Practitioner) -> None:
    """The legal documents that clients accepted are evidence and stay as they were published."""
    for name in _NAMED:
        setattr(practitioner, name, "")
    practitioner.partner_software = False
    practitioner.media = None
    practitioner.slug = f"{GONE}-{practitioner.pk}"
    practitioner.save()
    practitioner.practice_links.update(school="", year=None)


def _pages(found: Sequence[Practitioner], now: dt.datetime) -> None:
    """The public page with its drafts, and the pictures: rows now, files after the commit."""
    for page in ProfilePage.objects.filter(practitioner__in=found):
        key = page.page_ptr_id
        # An old address leads to the page, or to its address, which says the name.
        said = rf"(^|/){re.escape(page.slug)}(/|$)"
        leads = Q(redirect_page=key) | Q(redirect_link__iregex=said) | Q(old_path__iregex=said)
        Redirect.objects.filter(leads).delete()
        page.delete()
        # The history of a page that is gone says its title.
        PageLogEntry.objects.filter(page=key).delete()
    collections = [practitioner.media for practitioner in found if practitioner.media is not None]
    # Those that they put elsewhere are theirs too; a picture of the team's, or used on another page, is nobody's to take.
    own = Q(collection__in=collections) | Q(uploaded_by_user__in=[practitioner.user_id for practitioner in found])
    folders = {collection.pk for collection in collections}
    pictures = [
        each for each in get_image_model().objects.filter(own) if each.collection_id in folders or not _is_used(each)
    ]
    keys = [str(picture.pk) for picture in pictures]
    for picture in pictures:
        names = [picture.file.name, *picture.renditions.values_list("file", flat=True)]
        files.ask(storage="default", names=names, now=now)
        picture.delete()
    for collection in collections:
        collection.delete()
    # The history of an object says its name, and what was changed of it.
    for model, gone in ((get_image_model(), keys), (Practitioner, [str(each.pk) for each in found])):
        kind = ContentType.objects.get_for_model(model)
        ModelLogEntry.objects.filter(content_type=kind, object_id__in=gone).delete()


def _is_used(picture: AbstractImage) -> bool:
    """By what stays, once their own page is gone."""
    return bool(ReferenceIndex.get_references_to(picture).exists())


def _invitations(keys: Sequence[int], addresses: Sequence[str], now: dt.datetime) -> None:
    """Of a client who leaves, what was not used to write a review."""
    ReviewInvitation.objects.filter(client__in=keys, review=None).delete()
