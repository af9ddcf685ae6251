"""The desk of the claims check, inside the CMS."""

from django.urls import path, re_path

from legal.claims import desk

urlpatterns = [
    path("allegations/", desk.findings, name="legal_desk_claims"),
    path("allegations/revoir/", desk.look_again, name="legal_desk_claims_again"),
    path("allegations/regles/", desk.rules, name="legal_desk_claims_rules"),
    path("allegations/regles/nouvelle/", desk.rule, name="legal_desk_claims_new"),
    path("allegations/regles/<slug:slug>/", desk.rule, name="legal_desk_claims_rule"),
    path("allegations/listes/nouvelle/", desk.words, name="legal_desk_claims_list_new"),
    path("allegations/listes/<slug:name>/", desk.words, name="legal_desk_claims_list"),
    re_path(
        r"^allegations/(?P<pk>[0-9]{1,18})/(?P<step>demander|laisser|revoquer)/$",
        desk.step,
        name="legal_desk_claims_step",
    ),
]
