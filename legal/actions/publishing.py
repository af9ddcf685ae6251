"""Publishing freezes a version: at once, or by itself at a moment chosen before."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Conflict, DomainError, NotAllowed
from common.signals import version_published
from common.wording import long_datetime
from legal import policies
from legal.actions import documents, operator_values, workflow
from legal.canonical import clean_text, content_hash, translation_hash
from legal.models import LegalDocument, LegalTranslation, LegalVersion
from legal.variables import variables_in

NOTICE_DAYS = 15  # P2B 2019/1150, article 3: at least fifteen days before changed terms apply.
Status, Mode = LegalVersion.Status, LegalVersion.Mode


class NotApproved(Conflict):
    message = _("Only a version that a reviewer approved can be published.")


class OwnReview(NotAllowed):
    message = _("Someone else must publish what you reviewed.")


class SummaryMissing(DomainError):
    message = _("Say in plain words what changes: readers see it first.")


class BadEffectiveDate(DomainError):
    message = _("This date cannot be the entry into force.")


class BadPublicationDate(DomainError):
    message = _("The publication must be later than now.")


class FactMissing(DomainError):
    message = _("A fact of the operator that this text names is not known.")


class NotScheduled(Conflict):
    message = _("This version is not waiting for its publication.")


@transaction.atomic
def publish(
    *, version: LegalVersion, approver: User, effective_at: dt.datetime, mode: str, summary: str, now: dt.datetime
) -> LegalVersion:
    """Freeze an approved version for ever. It enters into force at `effective_at`, not before the notice it promises."""
    version = _decided(version, approver, mode, summary)
    _check_effective(version, effective_at, now)
    return _freeze(version, effective_at=effective_at, now=now)


@transaction.atomic
def schedule(
    *,
    version: LegalVersion,
    approver: User,
    publish_at: dt.datetime,
    effective_at: dt.datetime,
    mode: str,
    summary: str,
    now: dt.datetime,
) -> LegalVersion:
    """The same decision, carried out later by `publish_due`. Until then it can be taken back."""
    version = _decided(version, approver, mode, summary)
    if publish_at <= now:
        raise BadPublicationDate
    _check_effective(version, effective_at, publish_at)
    _values(version, effective_at)
    version.status, version.publish_at, version.effective_at = Status.SCHEDULED, publish_at, effective_at
    version.save()
    return version


@transaction.atomic
def unschedule(*, version: LegalVersion) -> LegalVersion:
    """Back to what the reviewer approved."""
    version = documents.locked(version)
    if version.status != Status.SCHEDULED:
        raise NotScheduled
    version.status, version.publish_at, version.effective_at, version.approver = Status.APPROVED, None, None, None
    version.save(update_fields=["status", "publish_at", "effective_at", "approver"])
    return version


def publish_due(*, now: dt.datetime) -> int:
    """Publish what was scheduled for now or before; returns how many. Two sweeps at once publish each version once."""
    count = 0
    for pk in LegalVersion.objects.filter(status=Status.SCHEDULED, publish_at__lte=now).values_list("pk", flat=True):
        with transaction.atomic():
            rows = LegalVersion.objects.select_for_update(of=("self",), skip_locked=True, no_key=True).select_related(
                "document"
            )
            version = rows.filter(pk=pk, status=Status.SCHEDULED).first()
            if version is not None and version.effective_at is not None:
                # Late, it still leaves the whole notice that it promises.
                earliest = now + dt.timedelta(days=version.notice_days)
                _freeze(version, effective_at=max(version.effective_at, earliest), now=now)
                count += 1
    return count


@transaction.atomic
def ensure_practitioner_document(
    *,
    kind: str,
    owner: User,
    title: str,
    articles: Iterable[Mapping[str, Any]],
    now: dt.datetime,
    slug: str = "",
    preamble: str = "",
) -> LegalVersion:
    """The practitioner's own document with this text: published at once, a new version only when the text changed."""
    document = documents.create_document(kind=kind, title=title, owner=owner, slug=slug)
    LegalDocument.objects.select_for_update(no_key=True).get(pk=document.pk)
    wanted = documents.checked(articles)
    last = document.versions.published().order_by("-number").first()
    if last is not None and (last.articles, last.title, last.preamble) == (wanted, title, clean_text(preamble)):
        return last
    version = documents.draft_new_version(
        document=document, author=owner, articles=wanted, title=title, preamble=preamble
    )
    return _freeze(version, effective_at=now, now=now)


@transaction.atomic
def publish_own(*, version: LegalVersion, now: dt.datetime) -> LegalVersion:
    """A practitioner's own text: nobody reviews it before; frozen like any other, it applies at once."""
    version = documents.locked(version)
    if version.document.owner_id is None or version.status != Status.DRAFT:
        raise NotApproved
    workflow.refuse_unknown_references(version)
    return _freeze(version, effective_at=now, now=now)


def _decided(version: LegalVersion, approver: User, mode: str, summary: str) -> LegalVersion:
    """The version with what its publisher decides, after what forbids it."""
    version = documents.locked(version)
    if version.status != Status.APPROVED:
        raise NotApproved
    if policies.wrote(approver, version):
        raise workflow.OwnText
    if version.reviewer_id == approver.pk:
        raise OwnReview
    version.summary = clean_text(summary)
    if version.number > 1 and not version.summary:
        raise SummaryMissing
    documents.refuse_unknown_variables(version)
    workflow.refuse_unknown_references(version)
    version.mode, version.approver = Mode(mode), approver
    version.notice_days = NOTICE_DAYS if version.mode == Mode.NOTICE else 0
    return version


def _check_effective(version: LegalVersion, effective_at: dt.datetime, published_at: dt.datetime) -> None:
    earliest = published_at + dt.timedelta(days=version.notice_days)
    if effective_at < earliest:
        if version.notice_days:
            raise BadEffectiveDate(
                _("A notice of %(days)d days is due: not before %(date)s.")
                % {"days": version.notice_days, "date": long_datetime(earliest)}
            )
        raise BadEffectiveDate(_("A version cannot enter into force before it is published."))
    others = version.document.versions.published().exclude(pk=version.pk)
    latest = others.aggregate(latest=Max("effective_at"))["latest"]
    if latest and effective_at <= latest:
        raise BadEffectiveDate(_("An earlier version enters into force later than that."))


def _values(version: LegalVersion, moment: dt.datetime) -> dict[str, str]:
    """The facts that the text and its translations name, as they are when it enters into force."""
    words: list[str] = []
    texts: list[LegalVersion | LegalTranslation] = [version, *version.translations.all()]
    for text in texts:
        words += [text.preamble, text.summary]
        words += [article.get(field, "") for article in text.articles for field in ("title", "body", "why")]
    known = operator_values.in_force(now=moment)
    names = variables_in(words)
    absent = [name for name in names if not known.get(name)]
    if absent:
        raise FactMissing(
            _("These facts of the operator are not known yet: %(names)s. Set them on the page of facts, then publish.")
            % {"names": ", ".join(absent)}
        )
    return {name: known[name] for name in names}


def _freeze(version: LegalVersion, *, effective_at: dt.datetime, now: dt.datetime) -> LegalVersion:
    if version.document.owner_id is None:  # a practitioner's text comes with its facts already written in it
        version.values = _values(version, effective_at)
    version.published_at, version.effective_at = now, effective_at
    version.content_hash = content_hash(version)
    for translation in version.translations.all():
        translation.version = version
        translation.content_hash = translation_hash(translation)
        translation.save(update_fields=["content_hash"])
    version.status = Status.PUBLISHED
    version.save()
    transaction.on_commit(lambda: version_published.send(sender=LegalVersion, version_id=version.pk))
    return version
