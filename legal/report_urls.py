"""`/signaler/<type>/<id>/`: reporting what others publish, with or without an account."""

from django.urls import path

from legal.views import reports

urlpatterns = [
    path("<slug:key>/<int:pk>/", reports.report, name="report"),
    path("recu/<slug:reference>/", reports.received, name="report_received"),
]
