"""`/signalement/<reference>/contester/…`: only from the signed link of a mail."""

from django.urls import path

from legal.complaints import views

urlpatterns = [
    path("<slug:reference>/contester/<slug:side>/<str:signature>/", views.contest, name="report_contest"),
]
