"""The widget of a practitioner's own site: framed by anybody, without a cookie, in the colour given, and readable."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from booking import widget_colours
from booking.models import Appointment, Status
from tests.booking.conftest import Visitor
from tests.factories.booking import bookable_practitioner
from tests.factories.practitioners import ServiceFactory

SCRIPT = Path(settings.SITE_DIR) / "assets" / "embed" / "widget.js"
HEX = st.text("0123456789abcdef", min_size=6, max_size=6)


@hypothesis_settings(max_examples=300, deadline=None)
@given(HEX)
def test_whatever_the_colour_text_keeps_its_contrast(colour: str) -> None:
    light, dark = widget_colours.shades(colour)
    for shade, grounds, text in ((light, ("ffffff", "fbf8f3"), "24211d"), (dark, ("211e1a", "171512"), "f4efe7")):
        for ground in (*grounds, shade.tint, shade.on_colour):
            assert widget_colours.ratio(shade.colour, ground) >= 4.5
        assert widget_colours.ratio(shade.stronger, shade.on_colour) >= 4.5
        assert widget_colours.ratio(text, shade.tint) >= 4.5


@given(HEX)
def test_a_colour_that_can_be_read_is_left_as_it_is(colour: str) -> None:
    light, _dark = widget_colours.shades(colour)
    if min(widget_colours.ratio(colour, ground) for ground in ("ffffff", "fbf8f3")) >= 6.5:
        assert light.colour == colour


@given(st.text(max_size=40))
def test_only_digits_of_a_colour_reach_the_style_sheet(text: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{6}", widget_colours.parse(text))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("#14595A", "14595a"),
        ("ABC", "aabbcc"),
        ("red", "14595a"),
        ("", "14595a"),
        ("#12345", "14595a"),
        ("}a{", "14595a"),
    ],
)
def test_how_a_colour_may_be_written(typed: str, read: str) -> None:
    assert widget_colours.parse(typed) == read


def test_the_script_is_small_needs_nothing_and_stores_nothing() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.encode()) < 5000
    for word in ("cookie", "localStorage", "sessionStorage", "eval(", "innerHTML", "import "):
        assert word not in re.sub(r"^\s*//.*$", "", text, flags=re.M), word


@pytest.mark.django_db
class TestThePage:
    def test_anybody_may_frame_it_and_nothing_else_of_the_site(self, client: Client) -> None:
        practitioner, service = bookable_practitioner()
        for path in (
            f"/widget/{practitioner.slug}/",
            f"/widget/{practitioner.slug}/?service={service.pk}",
            "/widget/x/",
        ):
            answer = client.get(path)
            assert "X-Frame-Options" not in answer
            assert re.search(r"frame-ancestors \*(;|$)", answer["Content-Security-Policy"])
            assert "default-src 'self'" in answer["Content-Security-Policy"]
        for path in (
            f"/rendez-vous/avec/{practitioner.slug}/",
            f"/rendez-vous/avec/{practitioner.slug}/horaires/",
            "/",
        ):
            answer = client.get(path)
            assert answer["X-Frame-Options"] == "SAMEORIGIN"
            assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]

    def test_no_cookie_is_set_and_none_is_read(self, client: Client) -> None:
        practitioner, service = bookable_practitioner()
        ServiceFactory(practitioner=practitioner, practice=service.practice, name="Une autre")
        base = f"/widget/{practitioner.slug}/"
        for path in (base, f"{base}?service={service.pk}", f"{base}?service={service.pk}&mois=2030-01", "/widget.js",
                     "/widget/couleur/14595a.css", "/widget/absent/"):  # fmt: skip
            client.cookies["sessionid"] = "of-somebody-long-ago"
            answer = client.get(path)
            assert not answer.cookies, path
            assert "Set-Cookie" not in answer.headers
            assert answer.wsgi_request.COOKIES == {}, path
            assert "Cookie" not in answer.get("Vary", ""), path

    def test_the_sessions_then_the_times_and_what_was_asked_for_stays(self, client: Client) -> None:
        practitioner, service = bookable_practitioner()
        other = ServiceFactory(practitioner=practitioner, practice=service.practice, name="Une autre")
        page = client.get(f"/widget/{practitioner.slug}/?couleur=%23CC3366&theme=sombre").content.decode()
        assert "/widget/couleur/cc3366.css" in page
        assert 'data-theme="dark"' in page
        link = f"?service={other.pk}&amp;couleur=cc3366&amp;theme=sombre"
        assert link in page
        times = client.get(f"/widget/{practitioner.slug}/{link.replace('&amp;', '&')}").content.decode()
        assert "/widget/couleur/cc3366.css" in times
        assert "couleur=cc3366&amp;theme=sombre&amp;mois=" in times

    def test_one_session_only_shows_its_times_at_once(self, client: Client) -> None:
        practitioner, _service = bookable_practitioner()
        page = client.get(f"/widget/{practitioner.slug}/").content.decode()
        assert 'class="slot"' in page
        assert "<form" not in page

    @pytest.mark.parametrize(
        "query",
        ["service=abc", "service=0", "service=" + "9" * 400, "couleur=javascript:alert(1)", "couleur=%22%3E%3Cscript%3E",
         "mois=9999-12", "mois=x", "du=0001-01-01", "du=9999-12-31", "theme=%F0%9F%8C%88", "couleur=" + "f" * 10_000],
    )  # fmt: skip
    def test_odd_addresses_are_no_error(self, client: Client, query: str) -> None:
        practitioner, _service = bookable_practitioner()
        answer = client.get(f"/widget/{practitioner.slug}/?{query}")
        assert answer.status_code == 200
        assert "<script>" not in answer.content.decode()

    def test_who_cannot_be_booked_is_said_inside_the_frame(self, client: Client) -> None:
        practitioner, service = bookable_practitioner()
        service.bookable = False
        service.save()
        answer = client.get(f"/widget/{practitioner.slug}/")
        assert answer.status_code == 404
        assert "La réservation en ligne est fermée ici" in answer.content.decode()

    def test_it_asks_little_of_the_database(self, client: Client, django_assert_max_num_queries: Any) -> None:
        practitioner, service = bookable_practitioner()
        with django_assert_max_num_queries(14):
            client.get(f"/widget/{practitioner.slug}/?service={service.pk}")

    def test_a_time_opens_the_directory_where_one_press_holds_it(self, visitor: Visitor) -> None:
        practitioner, service = bookable_practitioner()
        page = visitor.get(f"/widget/{practitioner.slug}/").content.decode()
        link = re.search(r'<a class="slot" href="([^"]+)" target="_blank" rel="noopener', page)
        assert link is not None
        url = urlsplit(link[1].replace("&amp;", "&"))
        assert link[1].startswith(settings.BASE_URL)
        chosen = visitor.get(f"{url.path}?{url.query}").content.decode()
        assert not Appointment.objects.exists()
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', chosen))
        answer = visitor.post("/rendez-vous/reserver/", fields)
        assert answer.status_code == 302
        row = Appointment.objects.get()
        assert (row.status, row.service) == (Status.HELD, service)

    @pytest.mark.parametrize("start", ["", "hier", "2026-13-01T10:00:00Z", "9999-12-31T00:00:00Z", "x" * 10_000, "🕐"])
    def test_a_link_with_a_time_that_is_none_leads_to_the_times(self, visitor: Visitor, start: str) -> None:
        practitioner, service = bookable_practitioner()
        path = f"/rendez-vous/avec/{practitioner.slug}/choisi/"
        answer = visitor.get(path, data={"service": service.pk, "debut": start})
        assert answer.status_code == 302
        assert "/horaires/" in answer["Location"]


class TestTheFiles:
    @pytest.mark.parametrize("path", ["/widget.js", "/widget/couleur/ffcc00.css"])
    def test_they_may_be_kept_and_are_asked_for_again_by_their_mark(self, client: Client, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 200
        assert "public" in answer["Cache-Control"]
        assert int(re.search(r"max-age=(\d+)", answer["Cache-Control"])[1]) >= 3600  # type: ignore[index]
        assert answer["Access-Control-Allow-Origin"] == "*"
        again = client.get(path, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.post(path).status_code == 405

    @pytest.mark.django_db
    @pytest.mark.parametrize("shade", ["FFCC00", "ffcc0", "red", "ffcc00ff", "}body{"])
    def test_a_colour_has_one_address(self, client: Client, shade: str) -> None:
        assert client.get(f"/widget/couleur/{shade}.css").status_code == 404


@pytest.mark.django_db
class TestInTheOffice:
    def test_the_code_to_paste_says_what_was_chosen(self, client: Client, login_as: Any) -> None:
        practitioner, service = bookable_practitioner()
        login_as(practitioner.user)
        page = client.get("/espace-praticien/widget/", {"service": service.pk, "couleur": "#CC3366"}).content.decode()
        code = f"data-praticien=&quot;{practitioner.slug}&quot; data-service=&quot;{service.pk}&quot; data-couleur=&quot;#cc3366&quot;"
        assert code in page
        assert f"/widget/{practitioner.slug}/?service={service.pk}&amp;couleur=cc3366" in page
        assert "/widget.js" in page

    @pytest.mark.parametrize(
        "query", [{"couleur": "rouge"}, {"service": "999999999"}, {"theme": "fluo"}, {"couleur": "x" * 9999}]
    )
    def test_what_cannot_be_is_said_and_shown_with_the_defaults(
        self, client: Client, login_as: Any, query: dict
    ) -> None:
        practitioner, _service = bookable_practitioner()
        login_as(practitioner.user)
        assert client.get("/espace-praticien/widget/", query).status_code == 422
