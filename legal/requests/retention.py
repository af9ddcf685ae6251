"""The end of requests about personal data: the proof of identity first, then what was joined, then who asked and the words."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Model, QuerySet

from common.privacy import Fate
from common.retention import Rule, account_parts, keep_until
from legal.models import IdentityProof, ProofFileReason, RightsFile, RightsPerson, RightsRequest, RightsWords
from legal.retention import files

REQUEST = (("legal.RightsRequest", "request_id"),)


def register() -> None:
    keep_until(
        Rule(
            key="identity-proofs",
            activity="rights-identity",
            model="legal.IdentityProof",
            addresses=("request__person__email",),
            says="Justificatifs d’identité que personne n’a encore vus : effacés, fichier compris.",
            expired=lambda moment: IdentityProof.objects.filter(uploaded_at__lt=moment),
            end=lambda keys, now: _end_files(IdentityProof, keys, now),
            people=("request__account_id",),
            objects=REQUEST,
        ),
        Rule(
            key="rights-files",
            activity="rights-answers",
            model="legal.RightsFile",
            addresses=("request__person__email",),
            says="Fichiers joints aux réponses : effacés.",
            expired=lambda moment: RightsFile.objects.filter(request__answered_at__lt=moment),
            end=lambda keys, now: _end_files(RightsFile, keys, now),
            people=("request__account_id",),
            objects=REQUEST,
        ),
        Rule(
            key="rights-requests",
            activity="rights-requests",
            model="legal.RightsPerson",
            addresses=("email",),
            says="Demandes relatives aux données : nom, adresses et textes effacés ; les dates et l’issue restent, sans personne.",
            expired=lambda moment: RightsPerson.objects.filter(request__answered_at__lt=moment),
            end=_end_requests,
            fate=Fate.ANONYMISE,
            people=("request__account_id",),
            objects=REQUEST,
        ),
        Rule(
            key="proof-files",
            activity="proof-files",
            model="legal.ProofFileReason",
            says="Motifs des dossiers de preuve : effacés ; le numéro et l’empreinte restent.",
            expired=_old_proof_files,
            objects=(("legal.ProofFile", "proof_file_id"),),
        ),
    )
    account_parts.register("rights requests", _with_the_account, order=40)


def _old_proof_files(moment: dt.datetime) -> "QuerySet[ProofFileReason, Any]":
    return ProofFileReason.objects.filter(proof_file__recorded_at__lt=moment)


def _end_files(model: type[Model], keys: Sequence[int], now: dt.datetime) -> None:
    rows = model._base_manager.filter(pk__in=keys)
    files.ask(storage="private", names=rows.values_list("file", flat=True), now=now)
    rows.delete()


def _end_requests(keys: Sequence[int], now: dt.datetime) -> None:
    RightsWords.objects.filter(event__request__in=keys).delete()
    RightsPerson.objects.filter(pk__in=keys).delete()
    RightsRequest.objects.filter(pk__in=keys).update(account=None)


def _with_the_account(people: Sequence[int], addresses: Sequence[str], now: dt.datetime) -> None:
    """What was asked stays five years as evidence of the answer, but no longer leads to the account."""
    RightsRequest.objects.filter(account__in=people).update(account=None)
