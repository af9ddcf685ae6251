"""Reviews: one per appointment, published at once, answered once (V1, V2)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import outbox
from common.clock import now
from common.errors import Conflict, DomainError, NotAllowed
from practitioners.actions.announcements import announce
from practitioners.models import Review, ReviewInvitation


class AlreadyReviewed(Conflict):
    message = _("You have already given your review of this session.")


class RatingOutOfRange(DomainError):
    message = _("Choose a rating from 1 to 5.")


class NothingWritten(DomainError):
    message = _("Write a few words.")


class AlreadyAnswered(Conflict):
    message = _("This review already has its reply.")


@transaction.atomic
def publish(*, invitation: ReviewInvitation, client: User, rating: int, text: str) -> Review:
    """Publish the review of a session without anybody's approval; only the person who was invited may."""
    invitation = (
        ReviewInvitation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("practitioner")
        .get(pk=invitation.pk)
    )
    if invitation.client_id != client.pk:
        raise NotAllowed
    if Review.objects.filter(invitation=invitation).exists():
        raise AlreadyReviewed
    if not 1 <= rating <= 5:
        raise RatingOutOfRange
    if not text.strip():
        raise NothingWritten
    review = Review.objects.create(
        practitioner=invitation.practitioner,
        invitation=invitation,
        author_name=shown_name(client),
        rating=rating,
        text=text.strip(),
        published_at=now(),
    )
    outbox.send(
        key=f"new-review-{review.pk}",
        to=invitation.practitioner.user.email,
        template="practitioners/new_review",
        context={"review": review, "practitioner": invitation.practitioner},
    )
    announce(review.practitioner_id)
    return review


@transaction.atomic
def reply(*, review: Review, by: User, text: str) -> Review:
    """The practitioner's public reply, once."""
    review = (
        Review.objects.select_for_update(of=("self",), no_key=True)
        .select_related("practitioner", "invitation__client")
        .get(pk=review.pk)
    )
    if review.practitioner.user_id != by.pk:
        raise NotAllowed
    if review.reply:
        raise AlreadyAnswered
    if not text.strip():
        raise NothingWritten
    review.reply, review.replied_at = text.strip(), now()
    review.save(update_fields=["reply", "replied_at"])
    outbox.send(
        key=f"review-reply-{review.pk}",
        to=review.invitation.client.email,
        template="practitioners/review_reply",
        context={"review": review, "practitioner": review.practitioner},
    )
    return review


def hide(*, review: Review) -> None:
    """A moderator's decision: off the page and out of the score, the text kept."""
    _set_status(review, Review.Status.SUSPENDED)


def delete(*, review: Review) -> None:
    """Off for good; the row stays as evidence of the decision."""
    _set_status(review, Review.Status.DELETED)


def restore(*, review: Review) -> None:
    _set_status(review, Review.Status.PUBLISHED)


@transaction.atomic
def _set_status(review: Review, status: str) -> None:
    Review.objects.filter(pk=review.pk).update(status=status)
    review.status = status
    announce(review.practitioner_id)


def shown_name(person: User) -> str:
    """First name and initial: `Léa B.`; whoever gave no name is a client."""
    initial = f" {person.last_name[0].upper()}." if person.last_name else ""
    return f"{person.first_name}{initial}".strip()[:60] or str(_("A client"))
