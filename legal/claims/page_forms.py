"""The check in Wagtail's editor: a draft is always saved, a publication is refused with the words, the reason and a better wording."""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import Panel
from wagtail.models import Page

from accounts.models import User
from accounts.roles import Role, has_role
from common.clock import now
from legal.claims import judging
from legal.claims.forms import CONFIRM, said, seen
from legal.claims.judging import Found
from legal.claims.pages import keys, texts_of
from legal.claims.surfaces import surfaces
from legal.models import ClaimWaiver

OVERRIDE = "claims_override"
SHORTEST_REASON = 10


def may_override(user: User, surface: str) -> bool:
    """Editors and the legal team, on the pages of the team. Whoever owns a page never overrides its check."""
    if surfaces.get(surface).of_owners:
        return False
    return user.is_superuser or has_role(user, Role.EDITOR, Role.LEGAL)


def field_label(model: type[Page], path: str) -> str:
    return str(model._meta.get_field(path.split(".")[0]).verbose_name)


class ClaimsPageForm(WagtailAdminPageForm):
    claims_left: list[Found]
    claims_flagged: list[Found]
    claims_override: str

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.claims_left, self.claims_flagged, self.claims_override = [], [], ""
        model = type(self.instance)
        surface = keys.get(model)
        if surface is None:
            return data
        found = judging.look(texts_of(model, lambda name: data.get(name, getattr(self.instance, name, None))))
        fine = judging.answered(found, surface=surface, author=self.for_user)
        self.claims_left = [row for row in found if row.fingerprint not in fine]
        if self.claims_left and "action-publish" in self.data:
            self._judge(model, surface)
        return data

    def _judge(self, model: type[Page], surface: str) -> None:
        reason = " ".join(str(self.data.get(OVERRIDE, "")).replace("\x00", "").split())[:300]
        if reason and may_override(self.for_user, surface):
            if len(reason) >= SHORTEST_REASON:
                self.claims_override = reason
                return
            self.add_error(None, _("Say in a few words why these sentences may stand."))
        flagged = [row for row in self.claims_left if not row.refuses]
        confirmed = bool(flagged) and self.data.get(CONFIRM) == seen(flagged)
        if confirmed:
            self.claims_flagged = flagged
        for row in self.claims_left:
            if row.refuses or not confirmed:
                self.add_error(None, f"{field_label(model, row.field)} – {said(row)}")

    def save(self, commit: bool = True) -> Any:
        page = super().save(commit)
        surface = keys.get(type(self.instance))
        if surface and self.claims_override:
            judging.answer(
                self.claims_left, surface=surface, kind=ClaimWaiver.Kind.OVERRIDDEN, author=self.for_user, now=now(),
                reason=self.claims_override,
            )  # fmt: skip
        elif surface and self.claims_flagged:
            judging.answer(
                self.claims_flagged, surface=surface, kind=ClaimWaiver.Kind.CONFIRMED, author=self.for_user, now=now()
            )
        return page


class ClaimsPanel(Panel):
    """What the check sees on the page as it is typed or saved, and the way to answer for it."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "legal/cms/claims/panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            model, user = type(self.instance), self.request.user
            surface = keys.get(model, "")
            left = getattr(self.form, "claims_left", None) if self.form.is_bound else None
            if left is None:
                found = judging.look(texts_of(model, lambda name: getattr(self.instance, name, None)))
                fine = judging.answered(found, surface=surface, author=user)
                left = [row for row in found if row.fingerprint not in fine]
            flagged = [row for row in left if not row.refuses]
            context["rows"] = [(row, field_label(model, row.field)) for row in left]
            context["confirm"] = seen(flagged) if flagged else ""
            context["refused"] = any(row.refuses for row in left)
            context["may_override"] = bool(surface) and bool(left) and may_override(user, surface)
            context["override_typed"] = self.form.data.get(OVERRIDE, "") if self.form.is_bound else ""
            return context
