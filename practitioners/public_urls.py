"""What a visitor does on a practitioner's page, beside reading it; establishments of the public registers."""

from django.urls import path

from practitioners.views import contacting, structures

urlpatterns = [
    path("praticiens/<slug:slug>/telephone/", contacting.phone, name="practitioner_phone"),
    path("centres/etablissement/<slug:slug>/", structures.establishment, name="establishment"),
]
