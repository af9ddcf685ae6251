"""What a visitor does on a practitioner's page, beside reading it; establishments of the public registers."""

from django.urls import path

from practitioners.views import applying, contacting, structures

urlpatterns = [
    path("devenir-praticien/", applying.apply, name="apply"),
    path("devenir-praticien/envoye/", applying.applied, name="applied"),
    path("praticiens/<slug:slug>/telephone/", contacting.phone, name="practitioner_phone"),
    path("centres/etablissement/<slug:slug>/", structures.establishment, name="establishment"),
]
