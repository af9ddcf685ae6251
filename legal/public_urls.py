"""Public pages that the registers make: the statement of accessibility, the yearly report on moderation."""

from django.urls import path

from legal.accessibility import views as accessibility
from legal.dsa import views as dsa
from legal.views import claims

urlpatterns = [
    path("compte/verifier-un-texte/", claims.check, name="claims_check"),
    path("accessibilite/", accessibility.statement, name="accessibility"),
    path("moderation/rapport/", dsa.report, name="dsa_report"),
    path("moderation/rapport/<int:year>/", dsa.report, name="dsa_report_of"),
    path("moderation/rapport/<int:year>.csv", dsa.as_csv, name="dsa_report_csv"),
]
