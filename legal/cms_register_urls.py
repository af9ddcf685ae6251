"""The register of processing and the end of personal data, inside the CMS."""

from django.urls import path

from legal.rights.views import desk
from legal.views import cms_holds, cms_register, cms_retention

urlpatterns = [
    path("registre-des-traitements/", cms_register.register, name="legal_desk_register"),
    path("registre-des-traitements/registre.<slug:form>", cms_register.export, name="legal_desk_register_export"),
    path("registre-des-traitements/politique/", cms_register.draft_notice, name="legal_desk_register_notice"),
    path("registre-des-traitements/<slug:key>/", cms_register.activity, name="legal_desk_activity"),
    path("conservation/", cms_retention.desk, name="legal_desk_retention"),
    path("conservation/approuver/", cms_retention.approve_idle, name="legal_desk_approve_idle"),
    path("conservation/suspensions/", cms_holds.holds, name="legal_desk_holds"),
    path("conservation/suspensions/<int:pk>/lever/", cms_holds.lift, name="legal_desk_lift_hold"),
    path("conservation/personnes/", desk.people, name="legal_desk_rights_people"),
    path("conservation/personnes/<int:pk>/lever/", desk.lift, name="legal_desk_lift_choice"),
    path("conservation/deces/<int:pk>/", desk.death, name="legal_desk_death"),
    path("conservation/deces/<int:pk>/copie/", desk.death_copy, name="legal_desk_death_copy"),
    path("conservation/regle/<slug:key>/", cms_retention.rule, name="legal_desk_rule"),
]
