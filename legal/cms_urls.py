"""The legal desk and the moderation desk, inside the CMS."""

from django.urls import path

from legal.views import cms_acceptances, cms_documents, cms_register, cms_reports, cms_versions

urlpatterns = [
    path("documents-legaux/", cms_documents.shelf, name="legal_desk"),
    path("documents-legaux/<int:pk>/", cms_documents.document, name="legal_desk_document"),
    path("documents-legaux/<int:pk>/nouvelle-version/", cms_documents.draft, name="legal_desk_draft"),
    path("documents-legaux/versions/<int:pk>/", cms_versions.edit, name="legal_desk_edit"),
    path("documents-legaux/versions/<int:pk>/apercu/", cms_versions.preview, name="legal_desk_preview"),
    path("documents-legaux/versions/<int:pk>/differences/", cms_versions.differences, name="legal_desk_differences"),
    path("documents-legaux/versions/<int:pk>/publier/", cms_versions.publish, name="legal_desk_publish"),
    path("documents-legaux/versions/<int:pk>/etape/<slug:step>/", cms_versions.take_step, name="legal_desk_step"),
    path("acceptation/<int:sequence>/", cms_acceptances.acceptance, name="legal_desk_acceptance"),
    path("registre-des-traitements/", cms_register.register, name="legal_desk_register"),
    path("signalement/<int:pk>/", cms_reports.report, name="moderation_report"),
    path("signalement/<int:pk>/prendre/", cms_reports.take, name="moderation_take"),
]
