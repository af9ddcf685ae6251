"""What the verification team does to a whole file, after its items: each step with its words and its form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from practitioners.actions import listing, thread
from practitioners.forms import MessageForm, NoteForm, ReasonForm
from practitioners.models import Practitioner

Status = Practitioner.Status
StepForm = ReasonForm | NoteForm | MessageForm
TOLD = _("Done: the practitioner receives a mail.")


@dataclass(frozen=True)
class Step:
    """`act` takes the practitioner, who does it, and what its form gives; `note` stands above the button."""

    key: str
    act: Callable[..., object]
    title: str | Promise
    button: str | Promise
    form: type[StepForm] | None = None
    done: str | Promise = TOLD
    note: str | Promise = ""
    is_grave: bool = False


LIST = Step(
    "lister",
    listing.confirm,
    _("List this practitioner"),
    _("List now"),
    note=_("Every item is checked. The contract starts at once and the page becomes public."),
)
PROPOSE = Step(
    "refuser",
    listing.propose_refusal,
    _("Refuse the referencing"),
    _("Propose to refuse"),
    ReasonForm,
    done=_("Proposed: it leaves once somebody else of the team agrees."),
    note=_("Somebody else of the team reads the reason before it is sent."),
    is_grave=True,
)
AGREE = Step(
    "confirmer-refus",
    listing.refuse,
    _("Second look: refuse the referencing"),
    _("Refuse and send the reason"),
    is_grave=True,
)
DROP = Step(
    "abandonner-refus",
    listing.drop_refusal,
    _("Do not refuse"),
    _("Withdraw the proposal"),
    NoteForm,
    done=_("The proposal is withdrawn: the file waits as before."),
)
SUSPEND = Step(
    "suspendre",
    listing.suspend,
    _("Suspend the listing"),
    _("Suspend and send the reason"),
    ReasonForm,
    is_grave=True,
)
RESTORE = Step("retablir", listing.restore, _("Restore the listing"), _("Restore"), ReasonForm)
WRITE = Step("ecrire", thread.write, _("Write to the practitioner"), _("Send"), MessageForm)
STEPS = {step.key: step for step in (LIST, PROPOSE, AGREE, DROP, SUSPEND, RESTORE, WRITE)}


def steps_for(practitioner: Practitioner, user: User) -> list[Step]:
    """Those that the state of the file leaves to this person; writing is shown beside the thread."""
    if practitioner.status == Status.SUBMITTED:
        proposed = listing.proposed_refusal(practitioner)
        if proposed is None:
            return [LIST, PROPOSE]
        return [DROP] if proposed.by == user else [AGREE, DROP]
    return {Status.LISTED: [SUSPEND], Status.SUSPENDED: [RESTORE]}.get(Status(practitioner.status), [])


def form_of(step: Step, data: Any = None) -> StepForm | None:
    return step.form(data, prefix=step.key) if step.form else None
