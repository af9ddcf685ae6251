"""`/compte/donnees/`: one's own data and what one may ask about them."""

from django.urls import path

from legal.rights.views import choices, closing, copies, mine

app_name = "rights"
urlpatterns = [
    path("", mine.overview, name="mine"),
    path("identite/", mine.confirm_identity, name="identity"),
    path("copie/", copies.copies, name="copies"),
    path("copie/<int:pk>/", copies.download, name="download"),
    path("opposition/", choices.choices, name="choices"),
    path("apres-ma-mort/", choices.after_death, name="after_death"),
    path("fermer/", closing.closing, name="closing"),
    path("activite/<slug:key>/", mine.activity, name="activity"),
]
