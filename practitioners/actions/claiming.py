"""An establishment of a public register becomes its people's: a page in the CMS, and no import writes it any more (N1)."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import roles
from accounts.models import User
from accounts.roles import Role
from common.errors import DomainError
from practitioners.models import Structure, StructureIndexPage, StructurePage


class ClosedStructure(DomainError):
    status = 409
    message = _("This establishment has closed: open it again first, or correct the register.")


class NoCentresSection(DomainError):
    status = 503
    message = _("The section of the centres is missing from this site.")


@transaction.atomic
def claim(*, structure: Structure, administrator: User, on: dt.date) -> StructurePage:
    """One more administrator, and the page with the register's facts at the first one. Whoever calls has checked who they are.

    The page bears the address that the establishment had, under /centres/; the old one leads to it.
    Raises ClosedStructure, NoCentresSection.
    """
    # Locked, so that two claims at once make one page and an import that is writing is waited for.
    structure = Structure.objects.select_for_update(no_key=True).get(pk=structure.pk)
    if not structure.is_open:
        raise ClosedStructure
    page = StructurePage.objects.filter(structure=structure).first()
    if page is None:
        index = StructureIndexPage.objects.first()
        if index is None:
            raise NoCentresSection
        page = StructurePage(title=structure.name, slug=structure.slug, structure=structure)
        index.add_child(instance=page)
        page.save_revision(user=administrator, log_action=False).publish(
            user=administrator, skip_permission_checks=True
        )
    if structure.claimed_on is None:
        structure.claimed_on = on
        structure.save(update_fields=["claimed_on"])
    structure.administrators.add(administrator)
    roles.grant(user=administrator, role=Role.STRUCTURE)
    return page
