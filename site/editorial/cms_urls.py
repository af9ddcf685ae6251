"""The desk of the letters and the table of rights, inside the CMS."""

from django.urls import path, re_path

from editorial.views import cms_letters, who_may

urlpatterns = [
    path("qui-peut-quoi/", who_may.who_may, name="who_may"),
    path("lettres/", cms_letters.shelf, name="letter_desk"),
    path("lettres/nouvelle/", cms_letters.write, name="letter_desk_new"),
    path("lettres/<int:pk>/", cms_letters.one, name="letter_desk_one"),
    path("lettres/<int:pk>/ecrire/", cms_letters.write, name="letter_desk_write"),
    path("lettres/<int:pk>/apercu/", cms_letters.preview, name="letter_desk_preview"),
    re_path(
        r"^lettres/(?P<pk>[0-9]{1,18})/(?P<step>essayer|envoyer|supprimer)/$",
        cms_letters.step,
        name="letter_desk_step",
    ),
]
