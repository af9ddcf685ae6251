"""What a visitor does on a practitioner's page, beside reading it."""

from django.urls import path

from practitioners.views import contacting

urlpatterns = [path("praticiens/<slug:slug>/telephone/", contacting.phone, name="practitioner_phone")]
