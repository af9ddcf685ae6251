"""A real address for each route, taken from the demo's content: what is somebody's own belongs to the demo's people."""

from collections.abc import Callable

from booking.models import (
    Appointment,
    ClientRecord,
    ClientRequest,
    ClientThread,
    GroupSession,
    Invoice,
    Series,
    WaitingEntry,
)
from common import clock
from demo.models import Mail
from legal.models import AcceptanceDetail, DailyAnchor, Exchange, LegalTranslation, LegalVersion, Report, RightsRequest
from places.models import Commune
from practitioners.models import ApplicationItem, PracticePlace, Practitioner, Review, Service, Structure

SLUG, REFERENCE = "<slug:slug>", "<slug:reference>"


def practitioner() -> Practitioner:
    return Practitioner.objects.get(user__email="practitioner@demo.example")


def slug() -> str:
    return practitioner().page.slug


def appointment() -> str:
    """One of the client's."""
    return Appointment.objects.filter(client__email="client@demo.example").latest("starts_at").reference


def received() -> str:
    """One that the practitioner receives."""
    return Appointment.objects.filter(practitioner=practitioner()).exclude(client=None).latest("starts_at").reference


def asked() -> ClientRequest:
    """Of the demo's client to its practitioner."""
    return ClientRequest.objects.filter(appointment__client__email="client@demo.example").earliest("pk")


def thread() -> object:
    return ClientThread.objects.get(record__user__email="client@demo.example", record__practitioner=practitioner()).key


def helped() -> str:
    """A conversation of the client's."""
    return Exchange.objects.filter(kind="support", user__email="client@demo.example").earliest("pk").reference


def version() -> LegalVersion:
    return LegalVersion.objects.published().filter(document__kind="cgu").earliest("number")


def translated() -> LegalTranslation:
    rows = LegalTranslation.objects.filter(version__status="published", version__document__kind="cgu")
    return rows.select_related("version__document").earliest("pk")


def receipt() -> int:
    return AcceptanceDetail.objects.filter(user__email="client@demo.example").earliest("pk").acceptance.sequence


def item() -> int:
    """Of another practitioner's application."""
    return ApplicationItem.objects.exclude(practitioner=practitioner()).earliest("pk").pk


def own(model: type, **conditions: object) -> int:
    return model.objects.filter(practitioner=practitioner(), **conditions).earliest("pk").pk


def invoice() -> int:
    """One of the client's."""
    return Invoice.objects.filter(client__email="client@demo.example").earliest("pk").pk


def lyon() -> str:
    return Commune.objects.get(insee="69123").slug


def mail() -> int:
    return Mail.objects.get_or_create(recipients="a@b.example", subject="S", raw=RAW, received_at=clock.now())[0].pk


RAW = (
    b"From: a@b.example\r\nTo: c@d.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Bonjour</p>\r\n"
    b"--x\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nA\r\n--x--\r\n"
)

_APPOINTMENT = {
    f"rendez-vous/{REFERENCE}/{rest}": (lambda rest=rest: f"/rendez-vous/{appointment()}/{rest}")
    for rest in (
        "", "coordonnees/", "verifier/", "prolonger/", "liberer/", "paiement/", "annuler/", "deplacer/", "propositions/",
        "absence/", "reponses/retirer/", "rendez-vous.ics", "repeter/",
    )
}  # fmt: skip
_RECEIVED = {
    f"espace-praticien/rendez-vous/{REFERENCE}/{rest}": (
        lambda rest=rest: f"/espace-praticien/rendez-vous/{received()}/{rest}"
    )
    for rest in (
        "",
        "accepter/",
        "refuser/",
        "proposer/",
        "annuler/",
        "rembourser/",
        "deplacer/",
        "cloturer/",
        "reponses/",
        "demander-paiement/",
        "demander-paiement/retirer/",
    )
}

_OWN_CLIENT = {
    f"espace-praticien/clients/<int:pk>/{rest}": (
        lambda rest=rest: f"/espace-praticien/clients/{own(ClientRecord)}/{rest}"
    )
    for rest in (
        "",
        "modifier/",
        "etiquettes/",
        "etiquettes/retirer/",
        "message/",
        "archiver/",
        "effacer/",
        "fusionner/",
    )
}
_OWN_REQUEST = {
    f"espace-praticien/demandes/{REFERENCE}/{rest}": (
        lambda rest=rest: f"/espace-praticien/demandes/{asked().reference}/{rest}"
    )
    for rest in ("", "trace.pdf")
}
_ASKED = {
    f"rendez-vous/{REFERENCE}/demande/<slug:number>/{rest}": (
        lambda rest=rest: f"/rendez-vous/{asked().appointment.reference}/demande/{asked().reference}/{rest}"
    )
    for rest in ("", "ajouter/", "clore/", "mediateur/", "trace.pdf")
}
_GROUP = {
    f"espace-praticien/seances-de-groupe/<int:pk>/{rest}": (
        lambda rest=rest: f"/espace-praticien/seances-de-groupe/{own(GroupSession, status='open')}/{rest}"
    )
    for rest in ("", "places/", "presences/", "annuler/")
}
_SERIES = {
    f"{area}/series/<int:pk>/{rest}": (lambda area=area, rest=rest: f"/{area}/series/{own(Series)}/{rest}")
    for area in ("espace-praticien", "compte")
    for rest in ("", "fin/")
}
_WAITING = {
    f"espace-praticien/liste-d-attente/<int:pk>/{rest}": (
        lambda rest=rest: f"/espace-praticien/liste-d-attente/{own(WaitingEntry, state='waiting')}/{rest}"
    )
    for rest in ("proposer/", "retirer/")
}

# Routes without a variable part are their own address; these are the others.
PATHS: dict[str, Callable[[], str]] = {
    **_APPOINTMENT,
    **_RECEIVED,
    **_OWN_CLIENT,
    **_OWN_REQUEST,
    **_ASKED,
    **_GROUP,
    **_SERIES,
    **_WAITING,
    f"rendez-vous/{REFERENCE}/recu-<int:attempt>.pdf": lambda: f"/rendez-vous/{appointment()}/recu-0.pdf",
    f"rendez-vous/{REFERENCE}/facture-<int:pk>.pdf": lambda: f"/rendez-vous/{appointment()}/facture-0.pdf",
    f"retractation/{REFERENCE}/<str:token>/": lambda: "/retractation/R-ABCDEFGH/faux/",
    f"retractation/{REFERENCE}/<str:token>/recu.pdf": lambda: "/retractation/R-ABCDEFGH/faux/recu.pdf",
    f"rendez-vous/avec/{SLUG}/liste-d-attente/":
        lambda: f"/rendez-vous/avec/{slug()}/liste-d-attente/?service={own(Service)}",
    "rendez-vous/liste-d-attente/<str:token>/": lambda: "/rendez-vous/liste-d-attente/faux/",
    "rendez-vous/liste-d-attente/<str:token>/quitter/": lambda: "/rendez-vous/liste-d-attente/faux/quitter/",
    "rendez-vous/ecrire/<str:token>/": lambda: "/rendez-vous/ecrire/faux/",
    "rendez-vous/proposition/<str:token>/": lambda: "/rendez-vous/proposition/faux/",
    f"rendez-vous/{REFERENCE}/demande/<slug:number>/acces/<str:token>/":
        lambda: f"/rendez-vous/{appointment()}/demande/{asked().reference}/acces/faux/",
    f"rendez-vous/{REFERENCE}/demande/": lambda: f"/rendez-vous/{appointment()}/demande/",
    f"rendez-vous/{REFERENCE}/messages/": lambda: f"/rendez-vous/{appointment()}/messages/",
    "rendez-vous/messages/<uuid:key>/": lambda: f"/rendez-vous/messages/{thread()}/",
    "rendez-vous/messages/<uuid:key>/acces/<str:token>/": lambda: f"/rendez-vous/messages/{thread()}/acces/faux/",
    "espace-praticien/clients/importer/<int:pk>/": lambda: "/espace-praticien/clients/importer/0/",
    "espace-praticien/clients/importer/<int:pk>/colonnes/": lambda: "/espace-praticien/clients/importer/0/colonnes/",
    "api/v1/practitioners/<slug>/slots/": lambda: f"/api/v1/practitioners/{slug()}/slots/?service={own(Service)}",
    "api/v1/first-slots/": lambda: f"/api/v1/first-slots/?practitioner={slug()}",
    "api/v1/places/": lambda: "/api/v1/places/?q=lyon",
    "api/v1/suggest/": lambda: "/api/v1/suggest/?q=sophro",
    "recherche/carte/points/": lambda: "/recherche/carte/points/?vue=-5.3,41.2,9.8,51.2&zoom=5",
    "recherche/carte/communes/": lambda: "/recherche/carte/communes/?vue=-5.3,41.2,9.8,51.2&zoom=5",
    f"rendez-vous/avec/{SLUG}/": lambda: f"/rendez-vous/avec/{slug()}/",
    f"rendez-vous/avec/{SLUG}/horaires/": lambda: f"/rendez-vous/avec/{slug()}/horaires/?service={own(Service)}",
    f"rendez-vous/avec/{SLUG}/ecrire/": lambda: f"/rendez-vous/avec/{slug()}/ecrire/",
    f"centres/etablissement/{SLUG}/": lambda: f"/centres/etablissement/{Structure.objects.earliest('pk').slug}/",
    f"praticiens/{SLUG}/telephone/": lambda: f"/praticiens/{slug()}/telephone/",
    f"rendez-vous/avec/{SLUG}/choisi/":
        lambda: f"/rendez-vous/avec/{slug()}/choisi/?service={own(Service)}&debut=2030-01-07T09:00:00Z",
    "widget/couleur/<str:shade>.css": lambda: "/widget/couleur/14595a.css",
    f"widget/{SLUG}/": lambda: f"/widget/{slug()}/",
    "espace-praticien/paiements/factures/export/":
        lambda: "/espace-praticien/paiements/factures/export/?first=2026-01-01&last=2026-12-31&kind=fec",
    **{
        f"espace-praticien/paiements/factures/<int:pk>/{more}":
            lambda more=more: f"/espace-praticien/paiements/factures/{own(Invoice)}/{more}"
        for more in ("", "pdf/", "avoir/", "payee/")
    },
    f"espace-praticien/rendez-vous/{REFERENCE}/facture/":
        lambda: f"/espace-praticien/rendez-vous/{received()}/facture/",
    "compte/factures/<int:pk>/pdf/": lambda: f"/compte/factures/{invoice()}/pdf/",
    f"compte/factures/demander/{REFERENCE}/": lambda: f"/compte/factures/demander/{appointment()}/",
    "compte/proches/<int:pk>/": lambda: "/compte/proches/1/",
    "compte/proches/<int:pk>/retirer/": lambda: "/compte/proches/1/retirer/",
    f"rendez-vous/{REFERENCE}/rappels/<slug:kind>/<str:token>/": (
        lambda: f"/rendez-vous/{appointment()}/rappels/reminder_48h/faux/"
    ),
    f"s/{REFERENCE}/<str:token>/": lambda: f"/s/{appointment()}/faux/",
    f"rendez-vous/{REFERENCE}/empechement/<str:token>/": lambda: f"/rendez-vous/{appointment()}/empechement/faux/",
    "rendez-vous/payer/<str:token>/": lambda: "/rendez-vous/payer/faux/",
    f"rendez-vous/{REFERENCE}/reprendre/<str:token>/": lambda: f"/rendez-vous/{appointment()}/reprendre/faux/",
    f"rendez-vous/{REFERENCE}/acces/<str:token>/": lambda: f"/rendez-vous/{appointment()}/acces/faux/",
    r"compte/^adresse/confirmer/(?P<key>[-:\w]+)/$": lambda: "/compte/adresse/confirmer/fausse-cle/",
    r"compte/^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": lambda: "/compte/mot-de-passe/nouveau/1-fausse-cle/",
    "compte/securite/cles/<int:pk>/retirer/": lambda: "/compte/securite/cles/0/retirer/",
    "lettre/<str:token>/": lambda: "/lettre/faux/",
    "lettre/<str:token>/arreter/": lambda: "/lettre/faux/arreter/",
    f"compte/assistance/{REFERENCE}/": lambda: f"/compte/assistance/{helped()}/",
    f"compte/assistance/{REFERENCE}/resolu/": lambda: f"/compte/assistance/{helped()}/resolu/",
    "compte/favoris/<int:practitioner_id>/": lambda: f"/compte/favoris/{practitioner().pk}/",
    "compte/securite/cles/<int:pk>/nommer/": lambda: "/compte/securite/cles/0/nommer/",
    "documents/recu/<int:sequence>/": lambda: f"/documents/recu/{receipt()}/",
    "documents/recu/<int:sequence>/pdf/": lambda: f"/documents/recu/{receipt()}/pdf/",
    "documents/registre/<slug:day>/": lambda: f"/documents/registre/{DailyAnchor.objects.latest('day').day}/",
    "documents/registre/<slug:day>/horodatage/":
        lambda: f"/documents/registre/{DailyAnchor.objects.latest('day').day}/horodatage/",
    f"documents/{SLUG}/versions/<int:number>/texte/": lambda: f"{translated().version.get_absolute_url()}texte/",
    **{
        f"documents/{SLUG}/versions/<int:number>/<slug:language>/{rest}":
            lambda rest=rest: f"{translated().get_absolute_url()}{rest}"
        for rest in ("", "pdf/", "texte/")
    },
    f"documents/{SLUG}/": lambda: f"/documents/{version().document.slug}/",
    f"documents/{SLUG}/comparer/": lambda: f"/documents/{version().document.slug}/comparer/",
    f"documents/{SLUG}/versions/<int:number>/": lambda: f"/documents/{version().document.slug}/versions/1/",
    f"documents/{SLUG}/versions/<int:number>/pdf/": lambda: f"/documents/{version().document.slug}/versions/1/pdf/",
    "signaler/<slug:key>/<int:pk>/": lambda: f"/signaler/avis/{Review.objects.published().earliest('pk').pk}/",
    f"vos-droits/recue/{REFERENCE}/": lambda: f"/vos-droits/recue/{RightsRequest.objects.earliest('pk').reference}/",
    f"vos-droits/demande/{REFERENCE}/<slug:token>/":
        lambda: f"/vos-droits/demande/{RightsRequest.objects.earliest('pk').reference}/jeton/",
    f"vos-droits/demande/{REFERENCE}/<slug:token>/<int:pk>/":
        lambda: f"/vos-droits/demande/{RightsRequest.objects.earliest('pk').reference}/jeton/1/",
    f"espace-praticien/demandes-de-droits/{REFERENCE}/":
        lambda: f"/espace-praticien/demandes-de-droits/{RightsRequest.objects.get(practitioner=practitioner().user).reference}/",
    f"signaler/recu/{REFERENCE}/": lambda: f"/signaler/recu/{Report.objects.earliest('pk').reference}/",
    f"signalement/{REFERENCE}/contester/<slug:side>/<str:signature>/":
        lambda: f"/signalement/{Report.objects.earliest('pk').reference}/contester/publication/jeton/",
    "espace-praticien/partager/code.<slug:form>": lambda: "/espace-praticien/partager/code.svg",
    "espace-praticien/partager/<slug:kind>.pdf": lambda: "/espace-praticien/partager/affiche.pdf",
    "badge/<slug:look>.svg": lambda: "/badge/clair.svg",
    "espace-praticien/registre/mon-registre.<slug:form>": lambda: "/espace-praticien/registre/mon-registre.csv",
    "espace-praticien/mes-informations/lieux/<int:place_id>/":
        lambda: f"/espace-praticien/mes-informations/lieux/{own(PracticePlace)}/",
    "espace-praticien/paiements/virements/<int:pk>/": lambda: "/espace-praticien/paiements/virements/0/",
    **{
        f"espace-praticien/paiements/litiges/<int:pk>/{more}": lambda more=more: f"/espace-praticien/paiements/litiges/0/{more}"
        for more in ("", "accepter/")
    },
    f"espace-praticien/services-optionnels/{SLUG}/": lambda: "/espace-praticien/services-optionnels/relecture-de-la-fiche/",
    **{
        f"espace-praticien/abonnements/{REFERENCE}/{more}": lambda more=more: f"/espace-praticien/abonnements/NOBODYS/{more}"
        for more in ("", "resilier/", "garder/", "retractation/", "comptable/")
    },
    "espace-praticien/paiements/impayes/<int:pk>/": lambda: "/espace-praticien/paiements/impayes/0/",
    r"espace-praticien/^paiements/impayes/(?P<pk>[0-9]{1,18})/(?P<step>etape|contestee|reprendre)/$":
        lambda: "/espace-praticien/paiements/impayes/0/etape/",
    "espace-praticien/paiements/declaration/<int:pk>/": lambda: "/espace-praticien/paiements/declaration/0/",
    "espace-praticien/paiements/declaration/<int:pk>/copie.pdf":
        lambda: "/espace-praticien/paiements/declaration/0/copie.pdf",
    "espace-praticien/dossier/<int:item_id>/": lambda: f"/espace-praticien/dossier/{item()}/",
    "espace-praticien/dossier/<int:item_id>/document/": lambda: f"/espace-praticien/dossier/{item()}/document/",
    "espace-praticien/documents/<slug:word>/": lambda: "/espace-praticien/documents/confidentialite/",
    "espace-praticien/documents/<slug:word>/apercu/": lambda: "/espace-praticien/documents/confidentialite/apercu/",
    "espace-praticien/documents/<slug:word>/publier/": lambda: "/espace-praticien/documents/confidentialite/publier/",
    "espace-praticien/documents/<slug:word>/abandonner/": lambda: "/espace-praticien/documents/confidentialite/abandonner/",
    "espace-praticien/avis/<int:review_id>/repondre/": lambda: f"/espace-praticien/avis/{own(Review)}/repondre/",
    "espace-praticien/horaires/exceptions/<slug:kind>/<int:pk>/retirer/":
        lambda: "/espace-praticien/horaires/exceptions/fermeture/1/retirer/",
    "espace-praticien/seances/<int:pk>/": lambda: f"/espace-praticien/seances/{own(Service)}/",
    "espace-praticien/horaires/fermetures/<int:pk>/": lambda: "/espace-praticien/horaires/fermetures/0/",
    **{
        f"espace-praticien/seances/<int:pk>/{more}/": lambda more=more: f"/espace-praticien/seances/{own(Service)}/{more}/"
        for more in ("reprendre", "deplacer", "questions", "questions/reglages")
    },
    **{
        f"espace-praticien/seances/<int:service_pk>/questions/<int:pk>/{more}":
            lambda more=more: f"/espace-praticien/seances/{own(Service)}/questions/0/{more}"
        for more in ("", "retirer/", "deplacer/")
    },
    "espace-praticien/seances/<int:pk>/retirer/": lambda: f"/espace-praticien/seances/{own(Service)}/retirer/",
    "compte/donnees/copie/<int:pk>/": lambda: "/compte/donnees/copie/0/",
    "compte/donnees/activite/<slug:key>/": lambda: "/compte/donnees/activite/client-accounts/",
    "compte/alertes/<int:pk>/arreter/": lambda: "/compte/alertes/1/arreter/",
    "rendez-vous/agenda/<str:token>.ics": lambda: "/rendez-vous/agenda/fausse-cle.ics",
    "espace-praticien/agenda/blocages/<int:pk>/": lambda: "/espace-praticien/agenda/blocages/0/",
    "espace-praticien/agenda/blocages/<int:pk>/retirer/": lambda: "/espace-praticien/agenda/blocages/0/retirer/",
    "espace-praticien/agenda/liaisons/<int:pk>/": lambda: "/espace-praticien/agenda/liaisons/0/",
    "espace-praticien/agenda/liaisons/<int:pk>/synchroniser/": lambda: "/espace-praticien/agenda/liaisons/0/synchroniser/",
    "espace-praticien/agenda/liaisons/<int:pk>/acces/": lambda: "/espace-praticien/agenda/liaisons/0/acces/",
    "espace-praticien/agenda/liaisons/<int:pk>/delier/": lambda: "/espace-praticien/agenda/liaisons/0/delier/",
    "espace-praticien/agenda/liaisons/evenements/<int:pk>/<slug:what>/":
        lambda: "/espace-praticien/agenda/liaisons/evenements/0/lu/",
    "espace-praticien/prestataires/<int:change_id>/objection/": lambda: "/espace-praticien/prestataires/0/objection/",
    "moderation/rapport/<int:year>/": lambda: "/moderation/rapport/2020/",
    "moderation/rapport/<int:year>.csv": lambda: "/moderation/rapport/2020.csv",
    "recherche/alertes/<str:token>/": lambda: "/recherche/alertes/nobodys/",
    "recherche/alertes/<str:token>/arreter/": lambda: "/recherche/alertes/nobodys/arreter/",
    "sitemap-<str:section>.xml": lambda: "/sitemap-pratiques.xml",
    f"thematiques/{SLUG}/<slug:place_slug>/": lambda: f"/thematiques/sommeil/{lyon()}/",
    f"pratiques/{SLUG}/": lambda: "/pratiques/sophrologie/",
    f"pratiques/{SLUG}/<slug:place_slug>/": lambda: f"/pratiques/sophrologie/{lyon()}/",
    "cms/password_reset/<path:rest>": lambda: "/cms/password_reset/confirm/",
    "cms/…": lambda: "/cms/",
    "fichiers/…": lambda: "/fichiers/1/absent.pdf",
    "demo/login/<slug:role>/": lambda: "/demo/login/client/",
    "demo/mailbox/<int:pk>/": lambda: f"/demo/mailbox/{mail()}/",
    "demo/mailbox/<int:pk>/html/": lambda: f"/demo/mailbox/{mail()}/html/",
    "demo/mailbox/<int:pk>/attachments/<int:number>/": lambda: f"/demo/mailbox/{mail()}/attachments/1/",
    r"^fichiers/medias/(?P<path>.*)$": lambda: "/fichiers/medias/absent.jpg",
    r"^((?:[\w\-]+/)*)$": lambda: "/",
}  # fmt: skip


def path_of(route: str) -> str:
    if route in PATHS:
        return PATHS[route]()
    if any(sign in route for sign in "<^("):
        raise LookupError(f"no address for the route {route!r} in tests/site/access_paths.py")
    return f"/{route}"
