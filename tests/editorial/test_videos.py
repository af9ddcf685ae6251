"""A video of another site: nothing of theirs before somebody asks, and only then does the page's policy let it in."""

import pytest
from django.core.exceptions import ValidationError

from editorial import videos
from editorial.actions import site_tree
from editorial.blocks.video import VideoBlock
from editorial.models import StandardPage
from legal.consents import cookies
from legal.models import ConsentProof

pytestmark = pytest.mark.django_db
ORIGIN = {"HTTP_ORIGIN": "http://testserver"}
KEY = "youtube-aNXKjGFUlMs"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.youtube.com/watch?v=aNXKjGFUlMs", KEY),
        ("https://www.youtube.com/watch?list=x&v=aNXKjGFUlMs&t=3", KEY),
        ("https://youtu.be/aNXKjGFUlMs?si=x", KEY),
        ("https://vimeo.com/123456789", "vimeo-123456789"),
        ("https://www.dailymotion.com/video/x8abcde", "dailymotion-x8abcde"),
    ],
)
def test_an_address_as_people_copy_it_is_known(url, key):
    assert videos.of(url).key == key


@pytest.mark.parametrize(
    "url",
    [
        "https://mal.example/watch?v=aNXKjGFUlMs",
        "http://youtu.be/aNXKjGFUlMs",
        "https://youtube.com.mal.example/embed/aNXKjGFUlMs",
        "javascript:alert(1)",
        "https://www.youtube.com/watch?v=court",
    ],
)
def test_any_other_address_is_refused_to_the_editor(url):
    assert videos.of(url) is None
    block = VideoBlock()
    value = block.to_python({"title": "T", "url": url, "poster": None, "minutes": 1, "transcript": "<p>Mots</p>"})
    with pytest.raises(ValidationError):
        block.clean(value)


@pytest.fixture
def article():
    tree = site_tree.ensure()
    block = {
        "title": "Respirer",
        "url": "https://youtu.be/aNXKjGFUlMs",
        "poster": None,
        "minutes": 5,
        "transcript": "<p>Inspirez.</p>",
    }
    article = StandardPage(title="Vidéo", slug="une-video", body=[("video", block)])
    tree.home.add_child(instance=article)
    article.save_revision().publish()
    return article


def shown(client):
    return client.get("/une-video/")


def test_before_consent_a_poster_names_the_provider_and_nothing_is_loaded(client, article):
    response = shown(client)
    words = response.content.decode()
    assert "<iframe" not in words
    assert "YouTube (Google)" in words
    assert "Inspirez." in words
    assert "youtube" not in response["Content-Security-Policy"]
    assert "cookie-ask" in words, "the question comes with what it is about"


def test_one_press_plays_that_video_once_and_remembers_nothing(client, article):
    response = client.post("/cookies/video/", {"video": KEY, "next": "/une-video/"}, **ORIGIN)
    assert response["Location"] == f"/une-video/#video-{KEY}"
    played = shown(client)
    assert "https://www.youtube-nocookie.com/embed/aNXKjGFUlMs" in played.content.decode()
    assert "frame-src 'self' https://www.youtube-nocookie.com" in played["Content-Security-Policy"]
    assert client.cookies[videos.ONCE]["max-age"] == 120
    assert not ConsentProof.objects.exists()
    del client.cookies[videos.ONCE]
    assert "<iframe" not in shown(client).content.decode()


def test_the_box_beside_it_is_a_consent_that_is_proved_and_taken_back(client, article):
    client.post("/cookies/video/", {"video": KEY, "next": "/une-video/", "always": "1"}, **ORIGIN)
    del client.cookies[videos.ONCE]
    assert "<iframe" in shown(client).content.decode()
    assert ConsentProof.objects.get().detail.page == "/une-video/"
    client.post("/cookies/", {"choix": "refuser"}, **ORIGIN)
    assert "<iframe" not in shown(client).content.decode()


def test_a_refusal_loads_nothing(client, article):
    client.post("/cookies/", {"choix": "refuser"}, **ORIGIN)
    words = shown(client).content.decode()
    assert "<iframe" not in words
    assert "cookie-ask" not in words


def test_the_category_is_in_use_only_while_a_page_shows_one(client, article):
    assert [each.topic for each in cookies.in_use()] == ["videos"]
    article.unpublish()
    assert cookies.in_use() == []
    assert "cookie-ask" not in client.get("/lettre/").content.decode()


@pytest.mark.parametrize("key", ["", "autre-aNXKjGFUlMs", "youtube-<script>", "youtube-" + "a" * 5000])
def test_a_video_that_is_none_plays_nothing(client, key):
    assert client.post("/cookies/video/", {"video": key}, **ORIGIN).status_code == 404
