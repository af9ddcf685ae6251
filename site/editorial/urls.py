from django.urls import URLPattern, URLResolver, path

from editorial.views import robots, theme_places, videos

urlpatterns: list[URLPattern | URLResolver] = [
    path("cookies/video/", videos.play, name="video_play"),
    path("robots.txt", robots.robots, name="robots"),
    path("sitemap.xml", robots.sitemap_index, name="sitemap"),
    path("sitemap-<str:section>.xml", robots.sitemap, name="sitemap_section"),
    path("thematiques/<slug:slug>/<slug:place_slug>/", theme_places.theme_in_place, name="theme_place_page"),
]
