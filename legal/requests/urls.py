"""`/vos-droits/`: requests about personal data, with or without an account."""

from django.urls import path

from legal.requests.views import public

urlpatterns = [
    path("", public.ask, name="rights_ask"),
    path("recue/<slug:reference>/", public.received, name="rights_received"),
    path("demande/<slug:reference>/<slug:token>/", public.follow, name="rights_follow"),
    path("demande/<slug:reference>/<slug:token>/<int:pk>/", public.joined, name="rights_joined"),
]
