"""Who may open what: the intended status of a GET, for each route and role.

302 sends an anonymous reader to the sign-in (or whoever is in the wrong place to the right one), 403 refuses, 404 hides what is
somebody else's, 405 is an address that is only posted to. `access_paths.py` gives each route a real address of the demo's content.
"""

ROLES = (
    "anonymous",
    "client",
    "practitioner",
    "structure",
    "editor",
    "verification",
    "moderation",
    "legal",
    "operator",
)

# In the order of ROLES. The demo's client owns the appointment and the receipt, its practitioner everything of the office;
# a report's receipt belongs to whoever reported; the item of an application is another practitioner's.
_TABLE = r"""
anon cli pra str edi ver mod leg ope  route
200 200 200 200 200 200 200 200 200  healthz
200 200 200 200 200 200 200 200 200  readyz
200 200 200 200 200 200 200 200 200  api/v1/openapi.json
200 200 200 200 200 200 200 200 200  api/v1/docs/
200 200 200 200 200 200 200 200 200  api/v1/places/
200 200 200 200 200 200 200 200 200  api/v1/practitioners/
200 200 200 200 200 200 200 200 200  api/v1/suggest/
200 200 200 200 200 200 200 200 200  api/v1/practitioners/<slug>/slots/
200 200 200 200 200 200 200 200 200  api/v1/first-slots/
404 404 404 404 404 404 404 404 404  api/v1/
200 200 200 200 200 200 200 200 200  recherche/
200 200 200 200 200 200 200 200 200  recherche/carte/
200 200 200 200 200 200 200 200 200  recherche/carte/points/
200 200 200 200 200 200 200 200 200  recherche/carte/communes/
200 200 200 200 200 200 200 200 200  recherche/classement/
200 200 200 200 200 200 200 200 200  recherche/alertes/
200 200 200 200 200 200 200 200 200  recherche/alertes/envoyee/
410 410 410 410 410 410 410 410 410  recherche/alertes/<str:token>/
410 410 410 410 410 410 410 410 410  recherche/alertes/<str:token>/arreter/
200 200 200 200 200 200 200 200 200  retractation/
405 405 405 405 405 405 405 405 405  retractation/confirmer/
404 404 404 404 404 404 404 404 404  retractation/<slug:reference>/<str:token>/
404 404 404 404 404 404 404 404 404  retractation/<slug:reference>/<str:token>/recu.pdf
405 405 405 405 405 405 405 405 405  rendez-vous/reserver/
200 200 200 200 200 200 200 200 200  rendez-vous/avec/<slug:slug>/
200 200 200 200 200 200 200 200 200  rendez-vous/avec/<slug:slug>/horaires/
200 200 200 200 200 200 200 200 200  rendez-vous/avec/<slug:slug>/liste-d-attente/
410 410 410 410 410 410 410 410 410  rendez-vous/liste-d-attente/<str:token>/
410 410 410 410 410 410 410 410 410  rendez-vous/liste-d-attente/<str:token>/quitter/
410 410 410 410 410 410 410 410 410  rendez-vous/proposition/<str:token>/
404 302 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/repeter/
404 200 404 404 404 404 404 404 404  compte/series/<int:pk>/
404 200 404 404 404 404 404 404 404  compte/series/<int:pk>/fin/
200 200 200 200 200 200 200 200 200  rendez-vous/avec/<slug:slug>/choisi/
200 200 200 200 200 200 200 200 200  rendez-vous/communes/
200 200 200 200 200 200 200 200 200  widget.js
200 200 200 200 200 200 200 200 200  widget/couleur/<str:shade>.css
200 200 200 200 200 200 200 200 200  widget/<slug:slug>/
302 403 200 403 403 403 403 403 403  espace-praticien/widget/
404 404 404 404 404 404 404 404 404  rendez-vous/payer/<str:token>/
404 404 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/reprendre/<str:token>/
404 404 404 404 404 404 404 404 404  rendez-vous/agenda/<str:token>.ics
404 200 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/
404 302 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/coordonnees/
404 302 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/verifier/
405 405 405 405 405 405 405 405 405  rendez-vous/<slug:reference>/prolonger/
405 405 405 405 405 405 405 405 405  rendez-vous/<slug:reference>/liberer/
404 302 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/paiement/
404 200 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/annuler/
404 200 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/deplacer/
404 302 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/propositions/
404 302 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/absence/
404 404 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/empechement/<str:token>/
404 200 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/rendez-vous.ics
405 405 405 405 405 405 405 405 405  rendez-vous/<slug:reference>/reponses/retirer/
404 404 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/rappels/<slug:kind>/<str:token>/
404 404 404 404 404 404 404 404 404  s/<slug:reference>/<str:token>/
404 404 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/acces/<str:token>/
404 200 404 404 404 404 404 404 404  rendez-vous/messages/<uuid:key>/
404 404 404 404 404 404 404 404 404  rendez-vous/messages/<uuid:key>/acces/<str:token>/
404 200 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/messages/
404 200 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/demande/
404 200 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/demande/<slug:number>/
405 405 405 405 405 405 405 405 405  rendez-vous/<slug:reference>/demande/<slug:number>/ajouter/
405 405 405 405 405 405 405 405 405  rendez-vous/<slug:reference>/demande/<slug:number>/clore/
405 405 405 405 405 405 405 405 405  rendez-vous/<slug:reference>/demande/<slug:number>/mediateur/
404 200 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/demande/<slug:number>/trace.pdf
404 404 404 404 404 404 404 404 404  rendez-vous/<slug:reference>/demande/<slug:number>/acces/<str:token>/
302 302 302 302 302 302 302 302 302  compte/bienvenue/
302 200 200 200 200 200 200 200 200  compte/coordonnees/
200 302 302 302 302 302 302 302 302  compte/connexion/
200 302 302 302 302 302 302 302 302  compte/connexion/code/
302 302 302 302 302 302 302 302 302  compte/connexion/code/saisie/
302 200 200 200 200 200 200 200 200  compte/deconnexion/
200 200 200 200 200 200 200 200 200  compte/inactif/
200 302 302 302 302 302 302 302 302  compte/inscription/
302 200 200 200 200 200 200 200 200  compte/identite/
302 200 200 200 200 200 200 200 200  compte/adresse/
200 200 200 200 200 200 200 200 200  compte/adresse/envoyee/
200 200 200 200 200 200 200 200 200  compte/^adresse/confirmer/(?P<key>[-:\w]+)/$
302 200 200 200 200 200 200 200 200  compte/mot-de-passe/
302 302 302 302 302 302 302 302 302  compte/mot-de-passe/choisir/
200 200 200 200 200 200 200 200 200  compte/mot-de-passe/oublie/
200 200 200 200 200 200 200 200 200  compte/mot-de-passe/oublie/envoye/
200 200 200 200 200 200 200 200 200  compte/^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$
200 200 200 200 200 200 200 200 200  compte/mot-de-passe/enregistre/
302 200 200 200 200 200 200 200 200  compte/securite/
302 302 302 302 302 302 302 302 302  compte/securite/code/
302 302 200 200 200 200 200 200 200  compte/securite/confirmer/
302 302 302 302 302 302 302 302 302  compte/securite/application/activer/
302 404 302 302 302 302 302 302 302  compte/securite/application/retirer/
302 404 302 302 302 302 302 302 302  compte/securite/codes/
302 302 302 302 302 302 302 302 302  compte/securite/codes/nouveaux/
302 404 302 302 302 302 302 302 302  compte/securite/codes/telecharger/
302 200 200 200 200 200 200 200 200  compte/securite/cles/
302 302 302 302 302 302 302 302 302  compte/securite/cles/ajouter/
302 302 302 302 302 302 302 302 302  compte/securite/cles/confirmer/
302 302 302 302 302 302 302 302 302  compte/securite/cles/connexion/
302 302 302 302 302 302 302 302 302  compte/securite/cles/<int:pk>/retirer/
302 302 302 302 302 302 302 302 302  compte/securite/cles/<int:pk>/nommer/
302 200 200 200 200 200 200 200 200  compte/
302 200 200 200 200 200 200 200 200  compte/alertes/
302 405 405 405 405 405 405 405 405  compte/alertes/<int:pk>/arreter/
302 200 200 200 200 200 200 200 200  compte/notifications/
302 200 200 200 200 200 200 200 200  compte/proches/
302 404 404 404 404 404 404 404 404  compte/proches/<int:pk>/
302 405 405 405 405 405 405 405 405  compte/proches/<int:pk>/retirer/
302 200 200 200 200 200 200 200 200  compte/favoris/
405 405 405 405 405 405 405 405 405  compte/favoris/<int:practitioner_id>/
200 200 200 200 200 200 200 200 200  documents/
302 200 200 200 200 200 200 200 200  documents/a-accepter/
302 405 405 405 405 405 405 405 405  documents/a-accepter/lu/
302 200 404 404 404 404 404 404 404  documents/recu/<int:sequence>/
200 200 200 200 200 200 200 200 200  documents/<slug:slug>/
200 200 200 200 200 200 200 200 200  documents/<slug:slug>/comparer/
200 200 200 200 200 200 200 200 200  documents/<slug:slug>/versions/<int:number>/
200 200 200 200 200 200 200 200 200  documents/<slug:slug>/versions/<int:number>/pdf/
200 200 200 200 200 200 200 200 200  signaler/<slug:key>/<int:pk>/
404 404 404 404 404 404 404 404 404  signaler/recu/<slug:reference>/
302 403 200 403 403 403 403 403 403  espace-praticien/
302 403 302 403 403 403 403 403 403  espace-praticien/ma-page/
302 403 200 403 403 403 403 403 403  espace-praticien/mes-informations/
302 403 200 403 403 403 403 403 403  espace-praticien/mes-informations/lieux/<int:place_id>/
302 403 200 403 403 403 403 403 403  espace-praticien/dossier/
302 405 405 405 405 405 405 405 405  espace-praticien/dossier/remettre/
302 403 200 403 403 403 403 403 403  espace-praticien/avis/
302 405 405 405 405 405 405 405 405  espace-praticien/avis/<int:review_id>/repondre/
302 403 200 403 403 403 403 403 403  espace-praticien/agenda/
302 403 200 403 403 403 403 403 403  espace-praticien/agenda/rendez-vous/
302 403 200 403 403 403 403 403 403  espace-praticien/agenda/clients/
302 403 200 403 403 403 403 403 403  espace-praticien/agenda/blocages/
302 403 404 403 403 403 403 403 403  espace-praticien/agenda/blocages/<int:pk>/
302 405 405 405 405 405 405 405 405  espace-praticien/agenda/blocages/<int:pk>/retirer/
302 403 200 403 403 403 403 403 403  espace-praticien/rendez-vous/<slug:reference>/deplacer/
302 403 200 403 403 403 403 403 403  espace-praticien/rendez-vous/<slug:reference>/
302 405 405 405 405 405 405 405 405  espace-praticien/rendez-vous/<slug:reference>/accepter/
302 405 405 405 405 405 405 405 405  espace-praticien/rendez-vous/<slug:reference>/refuser/
302 403 302 403 403 403 403 403 403  espace-praticien/rendez-vous/<slug:reference>/proposer/
302 403 200 403 403 403 403 403 403  espace-praticien/rendez-vous/<slug:reference>/demander-paiement/
302 405 405 405 405 405 405 405 405  espace-praticien/rendez-vous/<slug:reference>/demander-paiement/retirer/
302 403 200 403 403 403 403 403 403  espace-praticien/rendez-vous/<slug:reference>/annuler/
302 403 200 403 403 403 403 403 403  espace-praticien/rendez-vous/<slug:reference>/rembourser/
302 403 200 403 403 403 403 403 403  espace-praticien/paiements/virements/
302 403 200 403 403 403 403 403 403  espace-praticien/paiements/virements/virements.csv
302 403 404 403 403 403 403 403 403  espace-praticien/paiements/virements/<int:pk>/
302 403 200 403 403 403 403 403 403  espace-praticien/paiements/litiges/
302 403 404 403 403 403 403 403 403  espace-praticien/paiements/litiges/<int:pk>/
302 403 404 403 403 403 403 403 403  espace-praticien/paiements/litiges/<int:pk>/accepter/
302 405 405 405 405 405 405 405 405  espace-praticien/rendez-vous/<slug:reference>/cloturer/
302 403 200 403 403 403 403 403 403  espace-praticien/clients/
302 403 200 403 403 403 403 403 403  espace-praticien/clients/nouveau/
302 403 200 403 403 403 403 403 403  espace-praticien/clients/<int:pk>/
302 403 200 403 403 403 403 403 403  espace-praticien/clients/<int:pk>/modifier/
302 405 405 405 405 405 405 405 405  espace-praticien/clients/<int:pk>/etiquettes/
302 405 405 405 405 405 405 405 405  espace-praticien/clients/<int:pk>/etiquettes/retirer/
302 405 405 405 405 405 405 405 405  espace-praticien/clients/<int:pk>/message/
302 405 405 405 405 405 405 405 405  espace-praticien/clients/<int:pk>/archiver/
302 405 405 405 405 405 405 405 405  espace-praticien/clients/<int:pk>/effacer/
302 403 200 403 403 403 403 403 403  espace-praticien/clients/<int:pk>/fusionner/
302 403 200 403 403 403 403 403 403  espace-praticien/clients/importer/
302 403 404 403 403 403 403 403 403  espace-praticien/clients/importer/<int:pk>/
302 403 404 403 403 403 403 403 403  espace-praticien/clients/importer/<int:pk>/colonnes/
302 403 200 403 403 403 403 403 403  espace-praticien/clients/exporter/clients.csv
302 403 200 403 403 403 403 403 403  espace-praticien/clients/exporter/agenda.csv
302 403 200 403 403 403 403 403 403  espace-praticien/clients/exporter/agenda.ics
302 403 200 403 403 403 403 403 403  espace-praticien/demandes/
302 403 200 403 403 403 403 403 403  espace-praticien/demandes/<slug:reference>/
302 403 200 403 403 403 403 403 403  espace-praticien/demandes/<slug:reference>/trace.pdf
302 403 200 403 403 403 403 403 403  espace-praticien/seances-de-groupe/
302 403 200 403 403 403 403 403 403  espace-praticien/seances-de-groupe/nouvelle/
302 403 200 403 403 403 403 403 403  espace-praticien/seances-de-groupe/<int:pk>/
302 405 405 405 405 405 405 405 405  espace-praticien/seances-de-groupe/<int:pk>/places/
302 405 405 405 405 405 405 405 405  espace-praticien/seances-de-groupe/<int:pk>/presences/
302 403 200 403 403 403 403 403 403  espace-praticien/seances-de-groupe/<int:pk>/annuler/
302 403 200 403 403 403 403 403 403  espace-praticien/series/nouvelle/
302 403 200 403 403 403 403 403 403  espace-praticien/series/<int:pk>/
302 403 200 403 403 403 403 403 403  espace-praticien/series/<int:pk>/fin/
302 403 200 403 403 403 403 403 403  espace-praticien/liste-d-attente/
302 403 200 403 403 403 403 403 403  espace-praticien/liste-d-attente/<int:pk>/proposer/
302 405 405 405 405 405 405 405 405  espace-praticien/liste-d-attente/<int:pk>/retirer/
302 403 200 403 403 403 403 403 403  espace-praticien/horaires/
302 405 405 405 405 405 405 405 405  espace-praticien/horaires/fermetures/
302 403 404 403 403 403 403 403 403  espace-praticien/horaires/fermetures/<int:pk>/
302 405 405 405 405 405 405 405 405  espace-praticien/horaires/vacances/
302 403 200 403 403 403 403 403 403  espace-praticien/horaires/apercu/
302 405 405 405 405 405 405 405 405  espace-praticien/horaires/ouvertures/
302 405 405 405 405 405 405 405 405  espace-praticien/horaires/exceptions/<slug:kind>/<int:pk>/retirer/
302 405 405 405 405 405 405 405 405  espace-praticien/horaires/reglages/
302 403 200 403 403 403 403 403 403  espace-praticien/seances/
302 403 200 403 403 403 403 403 403  espace-praticien/seances/nouvelle/
302 403 200 403 403 403 403 403 403  espace-praticien/seances/<int:pk>/
302 405 405 405 405 405 405 405 405  espace-praticien/seances/<int:pk>/retirer/
302 405 405 405 405 405 405 405 405  espace-praticien/seances/<int:pk>/reprendre/
302 405 405 405 405 405 405 405 405  espace-praticien/seances/<int:pk>/deplacer/
302 403 200 403 403 403 403 403 403  espace-praticien/seances/<int:pk>/questions/
302 405 405 405 405 405 405 405 405  espace-praticien/seances/<int:pk>/questions/reglages/
302 403 404 403 403 403 403 403 403  espace-praticien/seances/<int:service_pk>/questions/<int:pk>/
302 405 405 405 405 405 405 405 405  espace-praticien/seances/<int:service_pk>/questions/<int:pk>/retirer/
302 405 405 405 405 405 405 405 405  espace-praticien/seances/<int:service_pk>/questions/<int:pk>/deplacer/
302 403 200 403 403 403 403 403 403  espace-praticien/rendez-vous/<slug:reference>/reponses/
302 403 200 403 403 403 403 403 403  espace-praticien/agenda/liaisons/
302 403 200 403 403 403 403 403 403  espace-praticien/agenda/liaisons/adresse/
302 403 200 403 403 403 403 403 403  espace-praticien/agenda/liaisons/caldav/
302 403 302 403 403 403 403 403 403  espace-praticien/agenda/liaisons/google/
302 403 302 403 403 403 403 403 403  espace-praticien/agenda/liaisons/google/retour/
302 403 404 403 403 403 403 403 403  espace-praticien/agenda/liaisons/<int:pk>/
302 405 405 405 405 405 405 405 405  espace-praticien/agenda/liaisons/<int:pk>/synchroniser/
302 403 404 403 403 403 403 403 403  espace-praticien/agenda/liaisons/<int:pk>/acces/
302 403 404 403 403 403 403 403 403  espace-praticien/agenda/liaisons/<int:pk>/delier/
302 405 405 405 405 405 405 405 405  espace-praticien/agenda/liaisons/flux/
302 405 405 405 405 405 405 405 405  espace-praticien/agenda/liaisons/flux/arreter/
302 405 405 405 405 405 405 405 405  espace-praticien/agenda/liaisons/evenements/<int:pk>/<slug:what>/
302 403 200 403 403 403 403 403 403  espace-praticien/notifications/
302 403 200 403 403 403 403 403 403  espace-praticien/paiements/
302 405 405 405 405 405 405 405 405  espace-praticien/paiements/commencer/
302 403 200 403 403 403 403 403 403  espace-praticien/paiements/impayes/
302 403 404 403 403 403 403 403 403  espace-praticien/paiements/impayes/<int:pk>/
302 405 405 405 405 405 405 405 405  espace-praticien/^paiements/impayes/(?P<pk>[0-9]{1,18})/(?P<step>etape|contestee|reprendre)/$
302 403 200 403 403 403 403 403 403  espace-praticien/paiements/declaration/
302 403 404 403 403 403 403 403 403  espace-praticien/paiements/declaration/<int:pk>/
302 403 404 403 403 403 403 403 403  espace-praticien/paiements/declaration/<int:pk>/copie.pdf
405 405 405 405 405 405 405 405 405  webhooks/stripe/
200 200 200 200 200 200 200 200 200  pratiques/
200 200 200 200 200 200 200 200 200  pratiques/<slug:slug>/
200 200 200 200 200 200 200 200 200  pratiques/<slug:slug>/<slug:place_slug>/
200 200 200 200 200 200 200 200 200  robots.txt
200 200 200 200 200 200 200 200 200  sitemap.xml
200 200 200 200 200 200 200 200 200  sitemap-<str:section>.xml
200 200 200 200 200 200 200 200 200  thematiques/<slug:slug>/<slug:place_slug>/
302 403 403 403 302 302 302 302 302  cms/login/
302 403 403 403 302 302 302 302 302  cms/password_reset/
302 403 403 403 302 302 302 302 302  cms/password_reset/<path:rest>
302 403 200 200 200 200 200 200 200  cms/…
404 404 404 404 404 404 404 404 404  fichiers/…
200 200 200 200 200 200 200 200 200  demo/
405 405 405 405 405 405 405 405 405  demo/login/<slug:role>/
200 200 200 200 200 200 200 200 200  demo/mailbox/
200 200 200 200 200 200 200 200 200  demo/mailbox/<int:pk>/
200 200 200 200 200 200 200 200 200  demo/mailbox/<int:pk>/html/
200 200 200 200 200 200 200 200 200  demo/mailbox/<int:pk>/attachments/<int:number>/
200 200 200 200 200 200 200 200 200  demo/stripe/
405 405 405 405 405 405 405 405 405  demo/stripe/banks/
200 200 200 200 200 200 200 200 200  demo/agenda-famille.ics
404 404 404 404 404 404 404 404 404  ^fichiers/medias/(?P<path>.*)$
200 200 200 200 200 200 200 200 200  ^((?:[\w\-]+/)*)$
302 403 404 403 403 403 403 403 403  espace-praticien/dossier/<int:item_id>/
302 403 404 403 403 403 403 403 403  espace-praticien/dossier/<int:item_id>/document/
"""

TABLE: dict[str, dict[str, int]] = {}
for _line in _TABLE.strip().splitlines()[1:]:
    *_codes, _route = _line.split()
    TABLE[_route] = dict(zip(ROLES, map(int, _codes), strict=True))
