"""No third party is told anything before the visitor asks for the map, and then only the one that the settings name."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from config.checks import map_tiles
from practitioners.models import Practitioner

Listed = Callable[..., Practitioner]
TILES = "https://tuiles.example.org/{z}/{x}/{y}.png"


def test_no_page_names_a_foreign_host_for_the_map(client: Client, listed: Listed) -> None:
    listed("69123")
    for path in ("/recherche/", "/recherche/carte/"):
        answer = client.get(path)
        panel = re.search(r'<section class="map-panel.*?</section>', answer.content.decode(), re.S)
        assert panel
        assert "//" not in panel.group()
        sources = re.search(r"img-src ([^;]*)", answer["Content-Security-Policy"])
        assert sources
        assert sources.group(1).split() == ["'self'", "data:"]


def test_tiles_are_named_before_they_are_asked_for(client: Client, listed: Listed, settings: Any) -> None:
    listed("69123")
    settings.MAP_TILE_URL = TILES
    settings.MAP_TILE_ATTRIBUTION = "© Exemple"
    html = client.get("/recherche/carte/").content.decode()
    assert "tuiles.example.org, qui connaîtra alors" in html
    assert set(
        re.findall(r'https?://([^/"]+)', re.search(r"<section class=.map-panel.*?</section>", html, re.S).group())
    ) == {  # type: ignore[union-attr]
        "tuiles.example.org"
    }
    # Our own tiles need no warning.
    settings.MAP_TILE_URL = "/tuiles/{z}/{x}/{y}.png"
    assert "qui connaîtra alors" not in client.get("/recherche/carte/").content.decode()


def test_the_choice_to_hide_the_map_is_kept(client: Client, listed: Listed) -> None:
    listed("69123")
    assert "data-hidden" not in client.get("/recherche/").content.decode()
    client.cookies["carte"] = "non"
    assert "data-hidden" in client.get("/recherche/").content.decode()
    assert "data-hidden" not in client.get("/recherche/carte/").content.decode()


@pytest.mark.parametrize(
    ("address", "sources"),
    [("", []), (TILES, ["https://tuiles.example.org"]), ("/tuiles/{z}/{x}/{y}.png", [])],
    ids=["none", "elsewhere", "our own"],
)
def test_the_policy_lets_in_the_host_of_the_tiles_and_no_other(address: str, sources: list[str]) -> None:
    """Settings are read when a process starts: another process reads them."""
    print_them = (
        "from django.conf import settings; print(*settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'], sep=' ')"
    )
    environment = {**os.environ, "MAP_TILE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    answer = subprocess.run(
        [sys.executable, "-c", print_them], env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["'self'", "data:", *sources]


@pytest.mark.parametrize(
    ("address", "attribution", "problems"),
    [
        ("", "", 0),
        (TILES, "© Exemple", 0),
        ("/tuiles/{z}/{x}/{y}.png", "© Exemple", 0),
        (TILES, "", 1),
        ("http://tuiles.example.org/{z}/{x}/{y}.png", "© Exemple", 1),
        ("//tuiles.example.org/{z}/{x}/{y}.png", "© Exemple", 1),
        ("https://{s}.example.org/{z}/{x}/{y}.png", "© Exemple", 1),
        ("https://tuiles.example.org/", "© Exemple", 1),
    ],
)
def test_an_address_that_cannot_serve_is_named_at_start(
    settings: Any, address: str, attribution: str, problems: int
) -> None:
    settings.MAP_TILE_URL, settings.MAP_TILE_ATTRIBUTION = address, attribution
    assert [problem.id for problem in map_tiles(None)] == ["directory.E003"] * problems
