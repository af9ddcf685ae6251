"""The legal desk and the moderation desk, inside the CMS."""

from django.urls import path

from legal.views import (
    cms_acceptances,
    cms_documents,
    cms_publishing,
    cms_reports,
    cms_review,
    cms_translation,
    cms_versions,
)

urlpatterns = [
    path("documents-legaux/", cms_documents.shelf, name="legal_desk"),
    path("documents-legaux/informations/", cms_publishing.facts, name="legal_desk_facts"),
    path("documents-legaux/<int:pk>/", cms_documents.document, name="legal_desk_document"),
    path("documents-legaux/<int:pk>/nouvelle-version/", cms_documents.draft, name="legal_desk_draft"),
    path("documents-legaux/versions/<int:pk>/", cms_versions.edit, name="legal_desk_edit"),
    path("documents-legaux/versions/<int:pk>/apercu/", cms_versions.preview, name="legal_desk_preview"),
    path("documents-legaux/versions/<int:pk>/differences/", cms_versions.differences, name="legal_desk_differences"),
    path("documents-legaux/versions/<int:pk>/publier/", cms_publishing.publish, name="legal_desk_publish"),
    path("documents-legaux/versions/<int:pk>/etape/<slug:step>/", cms_versions.take_step, name="legal_desk_step"),
    path("documents-legaux/versions/<int:pk>/relire/", cms_review.review, name="legal_desk_review"),
    path("documents-legaux/versions/<int:pk>/approuver/", cms_review.approve, name="legal_desk_approve"),
    path("documents-legaux/remarques/<int:pk>/clore/", cms_review.close, name="legal_desk_close_remark"),
    path(
        "documents-legaux/versions/<int:pk>/traduction/<slug:language>/",
        cms_translation.translate,
        name="legal_desk_translate",
    ),
    path(
        "documents-legaux/versions/<int:pk>/traduction/<slug:language>/retirer/",
        cms_translation.remove,
        name="legal_desk_remove_translation",
    ),
    path("acceptation/<int:sequence>/", cms_acceptances.acceptance, name="legal_desk_acceptance"),
    path("signalement/<int:pk>/", cms_reports.report, name="moderation_report"),
    path("signalement/<int:pk>/prendre/", cms_reports.take, name="moderation_take"),
]
