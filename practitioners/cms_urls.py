"""The verification desk, inside the CMS."""

from django.urls import path

from practitioners.views import desk, desk_ends

urlpatterns = [
    path("<int:practitioner_id>/", desk.file, name="verification_file"),
    path("<int:practitioner_id>/decision/<int:item_id>/", desk.decide, name="verification_decide"),
    path("<int:practitioner_id>/fin/", desk_ends.ends_of, name="verification_ends"),
    path("<int:practitioner_id>/etape/<str:step>/", desk.take_step, name="verification_step"),
    path("<int:practitioner_id>/document/<int:item_id>/", desk.document, name="verification_document"),
    path("<int:practitioner_id>/document/<int:item_id>/pages/", desk.pages, name="verification_pages"),
    path("<int:practitioner_id>/document/<int:item_id>/pages/<int:number>/", desk.picture, name="verification_picture"),
]
