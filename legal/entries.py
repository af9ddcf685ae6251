"""One line of the register as it stands: what the code declares, completed by what the legal team last wrote."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps

from common import privacy
from common.privacy import Activity, Fate, Role
from common.retention import Rule, rules
from legal.models import ActivityVersion
from legal.retention import periods

# What a field holds, in the words of the register, by its name or a part of it.
_CATEGORIES = (
    ("Identité", ("first_name", "last_name", "full_name", "author_name", "name", "title", "slug", "user", "client", "person",
                  "holder_key", "subject_label", "owner", "attendee_first_name", "attendee_last_name", "folded_name", "sort_name")),
    ("Coordonnées", ("email", "phone", "street", "postal_code", "town", "address", "to", "complement", "door_code", "home_commune",
                     "home_street", "contact_email", "contact_phone", "mediator_contact", "recipients", "sent_to", "send_to")),
    ("Données de connexion", ("ip", "agent", "page", "session_key", "session_data", "password", "token", "token_hash", "salt")),
    ("Image", ("portrait", "photo")),
    ("Vie professionnelle", ("siret", "siren", "vat", "vat_number", "insurance_number", "school", "year", "practitioner", "practitioners",
                             "document", "value", "partner_evidence", "legal_name", "status_reason")),
    ("Informations d’ordre économique", ("payment", "payment_intent", "payout_id", "refund_id", "seller", "buyer", "customer_id", "payload",
                                         "session_id", "invoice", "stripe_id", "account", "account_id", "sealed", "ledger")),
    ("Rendez-vous et agenda", ("appointment", "starts_at", "ends_at", "service_name", "happened_on", "reference", "summary", "served_on")),
    ("Contenus rédigés", ("text", "message", "note", "body", "words", "reply", "reason", "detail", "html", "subject", "facts",
                          "internal_note", "word", "approach", "evidence", "raw", "label", "query")),
    ("Réponses confidentielles (motif de la venue, santé)", ("answer_sealed", "question_text", "health_warning")),
    ("Actions des équipes", ("author", "approver", "contributors", "by", "actor", "checked_by", "assigned_to", "decided_by", "reader",
                             "made_by", "filed_by", "opened_by", "closed_by", "approved_by", "created_by")),
)  # fmt: skip
_FATES = {Fate.ERASE: "effacement", Fate.ANONYMISE: "anonymisation"}


@dataclass(frozen=True)
class Entry:
    activity: Activity
    version: ActivityVersion | None
    rules: tuple[Rule, ...]

    @property
    def key(self) -> str:
        return self.activity.key

    @property
    def number(self) -> int:
        return self.version.number if self.version else 0

    @property
    def purpose(self) -> str:
        return self.version.purpose if self.version else self.activity.purpose

    @property
    def people(self) -> list[str]:
        return list(self.version.people if self.version else self.activity.people)

    @property
    def data(self) -> list[str]:
        return list(self.version.data) if self.version else categories(self.activity)

    @property
    def legal_basis(self) -> str:
        return self.version.legal_basis if self.version else self.activity.legal_basis

    @property
    def starts(self) -> str:
        return self.version.starts if self.version else self.activity.retention.starts

    @property
    def months(self) -> int | None:
        return self.version.months if self.version else self.activity.retention.months

    @property
    def archive_months(self) -> int:
        return self.version.archive_months if self.version else self.activity.retention.archive_months

    @property
    def recipients(self) -> list[str]:
        return list(self.version.recipients if self.version else self.activity.recipients)

    @property
    def transfers(self) -> str:
        return self.version.transfers if self.version else self.activity.transfers

    @property
    def security(self) -> str:
        return self.version.security if self.version else self.activity.security

    @property
    def of_processor(self) -> bool:
        return self.activity.role == Role.PROCESSOR

    @property
    def is_sensitive(self) -> bool:
        return any("santé" in each for each in self.data)

    @property
    def governed(self) -> bool:
        """Whether the nightly run follows the time written here; otherwise the code sets it, or nothing ends by itself."""
        return bool(periods.governed(self.key))

    @property
    def kept(self) -> str:
        """In a French sentence without a verb, for the exports and the public notice."""
        parts = [
            f"{_duration(self.months)} à compter de\u00a0: {self.starts}" if self.months is not None else self.starts
        ]
        if self.months == 0:
            parts = [f"jusqu’à\u00a0: {self.starts}"]
        if self.archive_months:
            parts.append(f"puis {_duration(self.archive_months)} en archive à l’accès restreint")
        parts.append(f"à l’échéance\u00a0: {_FATES[self.activity.retention.fate]}")
        return "\u00a0; ".join(parts)


def entries(*, role: Role | None = None) -> list[Entry]:
    versions = periods.last_versions()
    found = [
        Entry(
            activity=activity,
            version=versions.get(activity.key),
            rules=tuple(rule for rule in rules if rule.activity == activity.key),
        )
        for activity in privacy.activities
    ]
    return [entry for entry in found if role is None or entry.activity.role == role]


def entry(key: str) -> Entry | None:
    return next((each for each in entries() if each.key == key), None)


def categories(activity: Activity) -> list[str]:
    """Of the fields that the activity binds, what they hold; in the order of the list above."""
    fields = {name for binding in activity.bindings for name in binding.fields}
    return [label for label, names in _CATEGORIES if fields & set(names)] or ["Données techniques"]


def tables(activity: Activity) -> Iterable[tuple[str, str, tuple[str, ...]]]:
    """The rows behind the words: (model, how it is called, fields)."""
    for binding in activity.bindings:
        try:
            name = str(apps.get_model(binding.model)._meta.verbose_name)
        except LookupError:
            name = binding.model
        yield binding.model, name, binding.fields


def _duration(months: int) -> str:
    if months and months % 12 == 0:
        return f"{months // 12} an{'s' if months > 12 else ''}"
    return f"{months} mois"
