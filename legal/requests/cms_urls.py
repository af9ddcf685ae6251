"""Requests about personal data, inside the CMS."""

from django.urls import path

from legal.requests import desk_register, desk_views

urlpatterns = [
    path("demandes-de-droits/", desk_views.desk, name="legal_desk_rights"),
    path("demandes-de-droits/saisir/", desk_views.enter, name="legal_desk_right_enter"),
    path("demandes-de-droits/registre/", desk_register.register, name="legal_desk_rights_register"),
    path("demandes-de-droits/registre.<slug:form>", desk_register.export, name="legal_desk_rights_export"),
    path("demandes-de-droits/modeles/", desk_register.templates, name="legal_desk_right_templates"),
    path("demandes-de-droits/modeles/<slug:key>/", desk_register.template, name="legal_desk_right_template"),
    path("demandes-de-droits/<slug:reference>/", desk_views.one, name="legal_desk_right"),
    path("demandes-de-droits/<slug:reference>/justificatif/", desk_views.proof, name="legal_desk_right_proof"),
    path("demandes-de-droits/<slug:reference>/lettre/<int:pk>.pdf", desk_views.letter, name="legal_desk_right_letter"),
]
