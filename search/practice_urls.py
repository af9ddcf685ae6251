from django.urls import URLPattern, URLResolver, path

from search.views import landing

urlpatterns: list[URLPattern | URLResolver] = [
    path("", landing.practices, name="practice_index"),
    path("<slug:slug>/", landing.practice, name="practice_page"),
    path("<slug:slug>/<slug:place_slug>/", landing.practice_in_place, name="practice_place_page"),
]
