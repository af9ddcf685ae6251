"""Requests about personal data, inside the CMS."""

from django.urls import path

from legal.requests.views import desk, register

urlpatterns = [
    path("demandes-de-droits/", desk.desk, name="legal_desk_rights"),
    path("demandes-de-droits/saisir/", desk.enter, name="legal_desk_right_enter"),
    path("demandes-de-droits/registre/", register.register, name="legal_desk_rights_register"),
    path("demandes-de-droits/registre.<slug:form>", register.export, name="legal_desk_rights_export"),
    path("demandes-de-droits/modeles/", register.templates, name="legal_desk_right_templates"),
    path("demandes-de-droits/modeles/<slug:key>/", register.template, name="legal_desk_right_template"),
    path("demandes-de-droits/<slug:reference>/", desk.one, name="legal_desk_right"),
    path("demandes-de-droits/<slug:reference>/justificatif/", desk.proof, name="legal_desk_right_proof"),
    path("demandes-de-droits/<slug:reference>/lettre/<int:pk>.pdf", desk.letter, name="legal_desk_right_letter"),
]
