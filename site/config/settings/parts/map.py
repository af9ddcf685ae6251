"""The map. Its background is embedded; with an address of tiles it comes from there, once a visitor has asked for the map."""

from urllib.parse import urlsplit

import environ

env = environ.Env()
# Such as https://tiles.example.org/{z}/{x}/{y}.png, or /tuiles/{z}/{x}/{y}.png on our own host. Empty: no tiles.
MAP_TILE_URL = env("MAP_TILE_URL", default="")
# Whoever made the tiles, as their licence wants to be named (HTML links allowed).
MAP_TILE_ATTRIBUTION = env("MAP_TILE_ATTRIBUTION", default="")
MAP_TILE_MAX_ZOOM = env.int("MAP_TILE_MAX_ZOOM", default=18)

_address = urlsplit(MAP_TILE_URL)
# What the content security policy lets images come from, besides ourselves.
MAP_TILE_SOURCES = [f"{_address.scheme}://{_address.netloc}"] if _address.netloc else []
