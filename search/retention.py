"""What the search keeps of a person and goes with the account; alerts end by themselves, the nightly run watches it."""

import datetime as dt
from collections.abc import Sequence

from django.db.models.functions import Lower

from common.retention import Rule, account_parts, keep_until
from search.actions import alert_consents
from search.models import AlertConsentDetail, SearchAlert, UsualSearch


def register() -> None:
    keep_until(
        Rule(
            key="alerts",
            activity="search-alerts",
            model="search.SearchAlert",
            addresses=("email",),
            says="Alertes terminées : effacées.",
            expired=lambda moment: SearchAlert.objects.filter(
                confirmed_at__isnull=False, ends_on__lt=(moment - dt.timedelta(days=1)).date()
            ),
            months=0,
            done_by="purge-alerts",
        ),
        Rule(
            key="alert-consents",
            activity="search-alert-consents",
            model="search.AlertConsentDetail",
            addresses=("email",),
            says="Identité dans les preuves de consentement d’une alerte terminée : détruite ; la chaîne reste valide.",
            expired=lambda moment: AlertConsentDetail.objects.filter(
                subject__in=AlertConsentDetail.objects.filter(
                    consent__event__in=alert_consents.ENDS, consent__recorded_at__lt=moment
                ).values("subject")
            ),
            months=61,
            done_by="purge-alerts",
        ),
    )
    keep_until(
        Rule(
            key="usual-searches",
            activity="usual-searches",
            model="search.UsualSearch",
            says="Recherches qui ont mené à une page, comptées par mois : effacées.",
            expired=lambda moment: UsualSearch.objects.filter(month__lt=moment.date()),
            people=("practitioner__user_id",),
            objects=(("practitioners.Practitioner", "practitioner_id"),),
        )
    )
    account_parts.register("search", _with_the_account, order=60)


def _with_the_account(keys: Sequence[int], addresses: Sequence[str], now: dt.datetime) -> None:
    """An alert that is stopped leaves the proof of its consent and of its end, for its own time."""
    from search.actions import alerts

    mine = SearchAlert.objects.alias(address=Lower("email")).filter(address__in=[each.lower() for each in addresses])
    for alert in mine:
        alerts.stop(alert=alert, how=alert_consents.Circumstances(), now=now)
