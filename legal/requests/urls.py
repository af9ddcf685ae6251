"""`/vos-droits/`: requests about personal data, with or without an account."""

from django.urls import path

from legal.requests import public_views

urlpatterns = [
    path("", public_views.ask, name="rights_ask"),
    path("recue/<slug:reference>/", public_views.received, name="rights_received"),
    path("demande/<slug:reference>/<slug:token>/", public_views.follow, name="rights_follow"),
    path("demande/<slug:reference>/<slug:token>/<int:pk>/", public_views.joined, name="rights_joined"),
]
