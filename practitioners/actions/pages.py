"""The pages of practitioners and structures: made once, then their owner's."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.actions.unpublish_page import UnpublishPageAction

from accounts.models import User
from common.errors import DomainError
from practitioners.models import Practitioner, ProfileIndexPage, ProfilePage


class NoProfileSection(DomainError):
    status = 503
    message = _("The section of the profiles is missing from this site.")


@transaction.atomic
def open_profile(*, practitioner: Practitioner) -> ProfilePage:
    """The practitioner's page, made as a draft at the first call; its address is the practitioner's slug for good."""
    page = ProfilePage.objects.filter(practitioner=practitioner).first()
    if page:
        return page
    index = ProfileIndexPage.objects.first()
    if index is None:
        raise NoProfileSection
    page = ProfilePage(
        practitioner=practitioner,
        title=practitioner.full_name,
        slug=practitioner.slug,
        owner=practitioner.user,
        live=False,
    )
    index.add_child(instance=page)
    page.save_revision(user=practitioner.user, log_action=False)
    return page


def publish(*, page: ProfilePage, by: User | None) -> None:
    """Make the latest draft public; the page's own rights are not asked, the action that calls decided."""
    page = ProfilePage.objects.select_related("practitioner").get(pk=page.pk)
    revision = page.get_latest_revision() or page.save_revision(user=by)
    revision.publish(user=by, skip_permission_checks=True)


def withdraw(*, page: ProfilePage, by: User | None) -> None:
    """Take the page off the site; drafts and history stay."""
    page = ProfilePage.objects.get(pk=page.pk)
    if page.live:
        UnpublishPageAction(page, user=by).execute(skip_permission_checks=True)


@transaction.atomic
def rename(*, practitioner: Practitioner) -> None:
    """Carry a corrected name to the page's title, published and draft. The address stays."""
    page = ProfilePage.objects.filter(practitioner=practitioner).first()
    if page is None or page.title == practitioner.full_name:
        return
    was_current = page.live and not page.has_unpublished_changes
    draft = page.get_latest_revision_as_object()
    draft.title = practitioner.full_name
    revision = draft.save_revision(user=None, log_action=False)
    if was_current:
        revision.publish(skip_permission_checks=True)
