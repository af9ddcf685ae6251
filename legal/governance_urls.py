"""Providers, breaches, audits and disclosures, inside the CMS."""

from django.urls import path

from legal.accessibility import views as accessibility
from legal.breaches import desk as breaches
from legal.oversight import desk as oversight
from legal.providers import desk as providers

urlpatterns = [
    path("prestataires/", providers.register, name="legal_desk_providers"),
    path("prestataires/nouveau/", providers.write, name="legal_desk_provider_new"),
    path("prestataires/liste-publique/", providers.draft, name="legal_desk_providers_draft"),
    path("prestataires/<int:pk>/", providers.write, name="legal_desk_provider"),
    path("prestataires/<int:pk>/fin/", providers.end, name="legal_desk_provider_end"),
    path("prestataires/changements/<int:pk>/", providers.change, name="legal_desk_change"),
    path("prestataires/changements/<int:pk>/abandonner/", providers.give_up, name="legal_desk_change_give_up"),
    path("prestataires/objections/<int:pk>/", providers.objection, name="legal_desk_objection"),
    path("violations/", breaches.register, name="legal_desk_breaches"),
    path("violations/ouvrir/", breaches.open_one, name="legal_desk_breach_open"),
    path("violations/<slug:reference>/", breaches.show, name="legal_desk_breach"),
    path("violations/<slug:reference>/faits/", breaches.write, name="legal_desk_breach_write"),
    path("violations/<slug:reference>/concernes/", breaches.search, name="legal_desk_breach_search"),
    path("violations/<slug:reference>/messages/", breaches.tell, name="legal_desk_breach_tell"),
    path("violations/<slug:reference>/etape/<slug:step>/", breaches.step, name="legal_desk_breach_step"),
    path("violations/<slug:reference>/registre.pdf", breaches.pdf, name="legal_desk_breach_pdf"),
    path("audits/", oversight.listed, name="legal_desk_oversight"),
    path("audits/<int:pk>/", oversight.audit, name="legal_desk_audit"),
    path("audits/instructions/<int:pk>/", oversight.instruction, name="legal_desk_instruction"),
    path("audits/autorites/nouvelle/", oversight.prepare, name="legal_desk_disclosure_new"),
    path("audits/autorites/<int:pk>/", oversight.disclosure, name="legal_desk_disclosure"),
    path("audits/autorites/<int:pk>/archive.zip", oversight.archive, name="legal_desk_disclosure_archive"),
    path("audits/accessibilite/", accessibility.desk, name="legal_desk_accessibility"),
]
