"""Providers, breaches, audits, a disclosure, the statement of accessibility: what the legal team finds on its desks."""

import datetime as dt

from accounts.models import User
from common import clock
from common.access.kinds import Kind
from common.access.records import record
from legal.breaches import concerned, handling, sending
from legal.models import AccessibilityAudit, Breach, ProviderAnswer, ProviderChange
from legal.oversight import acts, disclosures
from legal.providers import answers, changes

ACCOUNT = Kind("account", "Compte")
# Name, service, country, data, safeguard, words of the safeguard, contract, days until its end, days since the review.
PROVIDERS = (
    ("Hébergeur HDS de France", "hosting", "FR", "Toutes les données du site, chiffrées au repos", "inside",
     "Certifié hébergeur de données de santé", "HDS-2025-118 du 3 mars 2025", 430, 60),
    ("Stripe Payments Europe", "payment", "IE", "Identité et montants des clients et des praticiens qui paient en ligne", "inside",
     "Transferts vers le groupe sous clauses contractuelles types", "Contrat-cadre du 12 janvier 2025", None, 150),
    ("Courrier d’Ici", "mail", "FR", "Adresses e-mail et texte des messages", "inside", "", "CI-2026-07 du 1er juillet 2026", 220, 140),
    ("Alerte SMS", "sms", "DE", "Numéros de téléphone et texte des rappels", "inside", "", "AS-4471 du 9 mai 2025", -12, 400),
    ("Visio Claire", "video", "CH", "Adresses de connexion pendant une séance en visio", "adequacy",
     "Décision 2000/518/CE", "VC-2025-33 du 2 juin 2025", 190, 90),
)  # fmt: skip


def story(*, team: User, second: User, practitioner: User, client: User) -> None:
    now = clock.now()
    _providers(team, practitioner, now)
    _breaches(team, now)
    _audits(team, practitioner, now)
    _disclosures(team, second, client, now)
    _accessibility(team, now)
    for person in (client, practitioner):
        record(
            reader=second,
            kind=ACCOUNT,
            subject=f"accounts.User:{person.pk}",
            people=[person.pk],
            reason="Demande de la personne – Adresse e-mail à corriger",
        )


def _providers(team: User, practitioner: User, now: dt.datetime) -> None:
    for name, kind, country, data, safeguard, words, contract, ends, reviewed in PROVIDERS:
        facts = {
            "name": name, "kind": kind, "country": country, "data": data, "safeguard": safeguard, "safeguard_words": words,
            "contract": contract, "contract_until": (now + dt.timedelta(days=ends)).date() if ends else None,
            "security_reviewed_on": (now - dt.timedelta(days=reviewed)).date(),
        }  # fmt: skip
        begun = now - dt.timedelta(days=300)
        change = changes.propose(provider=None, facts=facts, summary="Ouverture du site.", author=team, now=begun)
        assert change is not None
        ProviderChange.objects.filter(pk=change.pk).update(told_all_at=begun)  # before anybody was listed
        change.refresh_from_db()
        changes.apply(change=change, now=begun + changes.NOTICE)
    backup = {
        "name": "Coffre de Secours", "kind": "backup", "country": "FR", "data": "Sauvegardes chiffrées, dont il n’a pas la clé",
        "safeguard": "inside", "safeguard_words": "", "contract": "CS-2026-02 du 16 novembre 2026", "contract_until": None,
        "security_reviewed_on": (now - dt.timedelta(days=8)).date(),
    }  # fmt: skip
    announced = now - dt.timedelta(days=5)
    change = changes.propose(
        provider=None, facts=backup, author=team, now=announced,
        summary="Une seconde copie des sauvegardes, dans une autre région, pour survivre à un sinistre.",
    )  # fmt: skip
    assert change is not None
    # As the task would, without a mail each: the demo starts in seconds.
    ProviderAnswer.objects.bulk_create(
        ProviderAnswer(change=change, user=person, told_at=announced, until=announced + changes.NOTICE)
        for person in answers.practitioners()
    )
    ProviderChange.objects.filter(pk=change.pk).update(told_all_at=announced)
    answers.object_to(
        change_id=change.pk, user=practitioner, now=now - dt.timedelta(days=2),
        reason="Je voudrais savoir qui détient la clé de chiffrement avant d’accepter.",
    )  # fmt: skip


def _breaches(team: User, now: dt.datetime) -> None:
    old = now - dt.timedelta(days=120)
    lost = handling.open_one(
        title="Téléphone d’un membre de l’équipe perdu", facts="Téléphone perdu dans un train ; disque chiffré, effacé à distance.",
        known_at=old, by=team, now=old,
    )  # fmt: skip
    _written(lost, team, old, natures=["availability"], risk="none", categories=["Adresses e-mail"], people_estimate=0,
             consequences="Aucune : l’appareil était chiffré et vide de dossiers.", measures="Effacement à distance, sessions fermées.")  # fmt: skip
    handling.stay_silent(
        breach=lost,
        reason="Appareil chiffré et effacé avant tout accès : aucun risque pour les personnes.",
        by=team,
        now=old,
    )
    handling.close(
        breach=lost, lessons="Verrouillage au bout de deux minutes sur tous les appareils.", by=team, now=old
    )
    known = now - dt.timedelta(hours=31)
    sent = handling.open_one(
        title="Export envoyé à un mauvais destinataire", known_at=known, by=team, now=known,
        facts="Un fichier de rendez-vous d’une semaine a été joint à un e-mail adressé à un autre praticien, qui l’a signalé et effacé.",
    )  # fmt: skip
    _written(sent, team, known, natures=["confidentiality"], risk="risk", categories=["Noms", "Dates de rendez-vous"],
             people_estimate=40, consequences="Des personnes peuvent être identifiées comme clientes d’un praticien.",
             measures="Effacement confirmé par écrit ; envoi de fichiers par e-mail suspendu.")  # fmt: skip
    query = concerned.Query(("appointments",), now - dt.timedelta(days=7), now)
    handling.choose(breach=sent, query=query, by=team, now=known)
    sending.keep(now=now)


def _written(breach: Breach, team: User, now: dt.datetime, **facts: object) -> None:
    said = {name: getattr(breach, name) for name in handling.WRITTEN}
    handling.write(breach=breach, said={**said, **facts}, by=team, now=now)


def _audits(team: User, practitioner: User, now: dt.datetime) -> None:
    acts.instruct(
        user=practitioner,
        text="Ne transmettez plus de rappel par SMS à mes clients, seulement des e-mails.",
        now=now - dt.timedelta(days=1),
    )
    past = now - dt.timedelta(days=70)
    row = acts.ask_audit(
        user=practitioner, begins_on=(past + dt.timedelta(days=13)).date(), days=2, now=past,
        scope="Gestion des accès de l’équipe et test de restauration des sauvegardes.", auditor="Cabinet Valmont, tenu au secret",
    )  # fmt: skip
    acts.agree(
        audit_id=row.pk, words="D’accord pour ces deux jours, en visio.", by=team, now=past + dt.timedelta(days=2)
    )
    acts.receive_report(
        audit_id=row.pk, report="Un point à corriger : la restauration n’avait pas été essayée depuis sept mois.",
        now=now - dt.timedelta(days=20),
    )  # fmt: skip


def _disclosures(team: User, second: User, client: User, now: dt.datetime) -> None:
    for days, authority in (
        (40, "Tribunal judiciaire de Toulon"),
        (3, "Direction départementale de la protection des populations"),
    ):
        moment = now - dt.timedelta(days=days)
        row = disclosures.prepare(
            authority=authority, basis="Réquisition no 2026/1187, article 99-3 du code de procédure pénale", person=client,
            scope="Rendez-vous et paiements du 1er au 31 mars.", asked_on=moment.astimezone(clock.PARIS).date(), may_tell=True, by=team, now=moment,
        )  # fmt: skip
        if days == 40:
            disclosures.refuse(
                disclosure_id=row.pk,
                reason="La réquisition n’est pas signée : une nouvelle est demandée.",
                by=second,
                now=moment,
            )


def _accessibility(team: User, now: dt.datetime) -> None:
    AccessibilityAudit.objects.create(
        audited_on=(now - dt.timedelta(days=48)).date(), auditor="Atelier Accès Clair", method="RGAA 4.1.2, à la main et avec axe-core",
        pages=["Accueil", "Recherche", "Page d’un praticien", "Réservation", "Paiement", "Mes rendez-vous", "Contact", "Mentions légales"],
        conforming=54, failing=3, not_applicable=49,
        failures=[
            "La carte de la recherche n’annonce pas le déplacement d’un repère au clavier (la liste donne la même information).",
            "Deux documents PDF publiés avant 2026 n’ont pas de titres de niveaux.",
            "Le contraste d’un filet décoratif est inférieur à 3:1 dans le thème sombre.",
        ],
        tools="Firefox 145 et NVDA 2026.1, Safari 26 et VoiceOver, axe-core 4.11", contact="accessibilite@monprodubienetre.example",
        published_at=now - dt.timedelta(days=45), published_by=team,
    )  # fmt: skip
