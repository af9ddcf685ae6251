"""Routes of late payment in the practitioner's office."""

from django.urls import path, re_path

from booking.views.office import late

urlpatterns = [
    path("paiements/impayes/", late.listing, name="late"),
    path("paiements/impayes/<int:pk>/", late.show, name="late_invoice"),
    re_path(r"^paiements/impayes/(?P<pk>[0-9]{1,18})/(?P<step>etape|contestee|reprendre)/$", late.act, name="late_act"),
]
