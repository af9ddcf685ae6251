"""These rights in the register, in the retention rules and in the erasure of an account."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from common import outbox
from common.personal_rows import Trail, lead, trails
from common.privacy import Activity, Binding, Retention, declare
from common.retention import Rule, account_parts, keep_until
from legal.models import AccountClosing, AfterDeathWords, DataCopy, Death
from legal.retention import people
from legal.rights import effects, foundation_effects
from legal.rights.actions import closings
from legal.rights.foundation_rows import TEAM


def register() -> None:
    declare(
        Activity(
            key="data-copies",
            purpose="Remettre à chacun la copie de ses données, depuis son compte",
            people=("clients", "praticiens", "équipes"),
            legal_basis="Obligation légale (articles 15 et 20 du RGPD)",
            retention=Retention(months=0, starts="sept jours après sa préparation ; le jour et l’empreinte restent jusqu’à la fin du compte"),
            security="Fichier au stockage privé, sous un nom tiré au sort, remis à la seule personne après une nouvelle identification.",
            bindings=(Binding("legal.DataCopy", ("user", "file", "sha256", "downloaded_at")),),
            provisional=True,
        ),
        Activity(
            key="rights-choices",
            purpose="Appliquer les oppositions, les limitations et les demandes de fermeture, et pouvoir le prouver",
            people=("clients", "praticiens", "équipes"),
            legal_basis="Obligation légale (articles 17, 18 et 21 du RGPD)",
            retention=Retention(months=60, starts="levée du choix ou fin du compte"),
            bindings=(
                Binding("legal.RightsChoice", ("user", "lifted_by", "ground", "before")),
                Binding("legal.AccountClosing", ("user", "asked_at")),
            ),
            provisional=True,
        ),
        Activity(
            key="after-death",
            purpose="Garder les directives sur le sort des données après la mort, et les exécuter",
            people=("clients", "praticiens", "personnes désignées"),
            legal_basis="Obligation légale (article 85 de la loi du 6 janvier 1978)",
            retention=Retention(months=60, starts="exécution des directives, ou fin du compte"),
            recipients=("la personne que les directives désignent",),
            bindings=(
                Binding("legal.AfterDeathWish", ("user", "fate", "activities")),
                Binding("legal.AfterDeathWords", ("first_name", "last_name", "email", "address", "text")),
                Binding("legal.Death", ("user", "document", "relation", "reason", "recorded_by", "carried_out_by")),
            ),
            provisional=True,
        ),
    )  # fmt: skip
    _rows()
    _ends()
    foundation_effects.register()
    outbox.gates.register("rights", effects.refuse)


def _rows() -> None:
    choice = ("kind", "activity", "since", "lifted_at")
    lead(
        Trail("legal.DataCopy", links=("user_id",), fields=("user", "sha256", "downloaded_at"), withheld="Une copie n’en contient pas d’autres.",
              also=("asked_at", "state", "expires_at")),
        Trail("legal.RightsChoice", links=("user_id",), fields=("user", "ground"), withheld="Ce qu’il faut pour remettre les choses en l’état.",
              also=choice),
        Trail("legal.RightsChoice", role="team", links=("lifted_by_id",), fields=("lifted_by",), withheld=TEAM, also=("kind", "lifted_at")),
        Trail("legal.AccountClosing", links=("user_id",), also=("closes_at", "cancelled_at", "closed_at")),
        Trail("legal.AfterDeathWish", links=("user_id",), also=("number", "withdrawn", "written_at")),
        Trail("legal.AfterDeathWords", links=("wish__user_id",)),
        Trail("legal.Death", links=("user_id",), fields=("user", "document", "relation", "reason"), withheld=TEAM, also=("recorded_at", "outcome")),
        Trail("legal.Death", role="team", links=("recorded_by_id", "carried_out_by_id"), fields=("recorded_by", "carried_out_by"), withheld=TEAM,
              also=("recorded_at",)),
    )  # fmt: skip


def _ends() -> None:
    keep_until(
        Rule(
            key="closed-accounts",
            activity="client-accounts",
            model="accounts.User",
            says="Comptes dont la personne a demandé la fermeture il y a plus de six mois : effacés ; il reste un numéro.",
            expired=_asked_to_close,
            end=people.erase_accounts,
            months=closings.MONTHS,
            people=("pk",),
        ),
        Rule(
            key="data-copies",
            activity="data-copies",
            model="legal.DataCopy",
            says="Copies de données dont la semaine est passée : fichier effacé.",
            expired=lambda moment: DataCopy.objects.filter(
                state=DataCopy.State.READY, expires_at__lt=moment - dt.timedelta(hours=1)
            ),
            months=0,
            people=("user_id",),
            done_by="keep-rights",
        ),
        Rule(
            key="death-words",
            activity="after-death",
            model="legal.Death",
            says="Pièce et déclarant d’un décès dont les directives ont été exécutées : effacés.",
            expired=lambda moment: Death.objects.filter(carried_out_at__lt=moment).exclude(document=""),
            end=_forget_document,
            people=("user_id",),
        ),
    )
    account_parts.register("personal rows", _rows_of_the_account, order=45)
    account_parts.register("rights", _with_the_account, order=46)


def _asked_to_close(moment: dt.datetime) -> QuerySet[User, Any]:
    """Those whose account has no file of a practitioner: that one ends with the contract's own time."""
    asked = AccountClosing.objects.standing().filter(user=OuterRef("pk"), asked_at__lt=moment, closed_at__isnull=False)
    return User.objects.filter(Exists(asked), erased=None, practitioner=None, is_staff=False, is_superuser=False)


def _rows_of_the_account(keys: Sequence[int], addresses: Sequence[str], now: dt.datetime) -> None:
    """What each app says to leave with the account, by the same ways that show it to its person."""
    from legal.rights.people import person_of

    for user in User.objects.filter(pk__in=keys).select_related("practitioner"):
        person = person_of(user)
        for trail in trails:
            if trail.ends_with_account:
                trail.rows(person).delete()


def _with_the_account(keys: Sequence[int], addresses: Sequence[str], now: dt.datetime) -> None:
    from legal.rights.actions import copies

    copies.end(list(DataCopy.objects.filter(user__in=keys).values_list("pk", flat=True)), now)
    AfterDeathWords.objects.filter(wish__user__in=keys).delete()


def _forget_document(keys: Sequence[Any], now: dt.datetime) -> None:
    Death.objects.filter(pk__in=keys).update(document="", relation="", reason="")
