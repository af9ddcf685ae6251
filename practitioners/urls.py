"""The office of practitioners, under /espace-praticien/; booking adds the agenda, the services and the hours."""

from django.urls import path

from practitioners.views import (
    office,
    office_documents,
    office_leaving,
    office_oversight,
    office_places,
    office_providers,
    office_register,
    office_rights,
    office_sharing,
)

urlpatterns = [
    path("", office.home, name="office_home"),
    path("ma-page/", office.my_page, name="office_page"),
    path("mes-informations/", office.my_facts, name="office_facts"),
    path("mes-informations/lieux/nouveau/", office_places.new_place, name="office_place_new"),
    path("mes-informations/lieux/<int:place_id>/", office.my_place, name="office_place"),
    path("partager/", office_sharing.sharing, name="office_sharing"),
    path("partager/code.<slug:form>", office_sharing.code_file, name="office_sharing_code"),
    path("partager/<slug:kind>.pdf", office_sharing.sheet, name="office_sharing_sheet"),
    path("documents/", office_documents.my_documents, name="office_documents"),
    path("documents/<slug:word>/", office_documents.edit, name="office_document"),
    path("documents/<slug:word>/apercu/", office_documents.preview, name="office_document_preview"),
    path("documents/<slug:word>/publier/", office_documents.publish, name="office_document_publish"),
    path("documents/<slug:word>/abandonner/", office_documents.discard, name="office_document_discard"),
    path("registre/", office_register.my_register, name="office_register"),
    path("registre/mon-registre.<slug:form>", office_register.my_register_file, name="office_register_file"),
    path("demandes-de-droits/", office_rights.my_rights, name="office_rights"),
    path("demandes-de-droits/<slug:reference>/", office_rights.my_right, name="office_right"),
    path("instructions-et-audits/", office_oversight.oversight, name="office_oversight"),
    path("prestataires/", office_providers.providers, name="office_providers"),
    path("prestataires/<int:change_id>/objection/", office_providers.object_to, name="office_provider_object"),
    path("dossier/", office.my_file, name="office_file"),
    path("dossier/pratiques/", office_places.practices, name="office_practices"),
    path("dossier/remettre/", office.submit_file, name="office_file_submit"),
    path("dossier/ecrire/", office.write_to_team, name="office_file_message"),
    path("dossier/<int:item_id>/", office.my_item, name="office_item"),
    path("dossier/<int:item_id>/document/", office.my_document, name="office_item_document"),
    path("quitter/", office_leaving.leaving, name="office_leaving"),
    path("avis/", office.my_reviews, name="office_reviews"),
    path("avis/<int:review_id>/repondre/", office.reply_to_review, name="office_review_reply"),
]
