"""What editors write is rendered, and what it means for search engines is said."""

import json
import re

import pytest
from django.core.exceptions import ValidationError

from editorial.blocks.answer import AnswerBlock
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db

BODY = [
    make.answer("Réponse courte."),
    ("doctor_first", {"text": "Voyez un médecin.", "signs": ["vous ronflez fort"]}),
    ("text", "<h2>Comment se passe une séance</h2><p>On parle, puis on respire.</p>"),
    ("advice", {"title": "Le soir", "items": [{"title": "Baisser la lumière", "text": "Une heure avant."}]}),
    ("quote", {"text": "Le repos se prépare.", "author": "Agnès", "source_url": "https://www.exemple.fr/page"}),
    ("testimonial", {"text": "J’ai appris à me poser.", "first_name": "Nadia", "context": "", "agreed": True}),
    ("practitioners", {"title": "", "theme": "", "count": 6}),
    ("prices", {"practice": "sophrologie"}),
    (
        "booking_call",
        {"title": "Cette semaine ?", "text": "", "practice": "sophrologie", "button": "Voir les horaires"},
    ),
    (
        "questions",
        {"title": "Questions", "items": [{"question": "Combien de <séances> ?", "answer": "<p>Cela dépend.</p>"}]},
    ),
    ("sources", {"items": [{"title": "Le sommeil", "publisher": "Inserm", "year": 2023, "url": ""}]}),
]


def schema_of(html: str) -> list[dict]:
    payload = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    assert payload
    return json.loads(payload[1])["@graph"]


def test_every_block_is_rendered_on_the_page(client):
    page = make.theme_page(body=BODY, author_name="Agnès Rivière")
    html = client.get(page.url).content.decode()
    for words in (
        "Réponse courte.", "vous ronflez fort", "On parle, puis on respire.", "Baisser la lumière", "exemple.fr", "Nadia",
        "/recherche/?pratique=sophrologie", "Combien de &lt;séances&gt;", "Inserm", "Agnès Rivière",
    ):  # fmt: skip
        assert words in html, words


def test_a_page_keeps_one_h1_and_links_to_its_titles(client):
    html = client.get(make.theme_page(body=BODY).url).content.decode()
    assert html.count("<h1") == 1
    assert 'href="#comment-se-passe-une-seance"' in html
    assert 'id="comment-se-passe-une-seance"' in html


def test_questions_make_a_faq_and_no_type_is_medical(client):
    html = client.get(make.theme_page(body=BODY, author_name="Agnès").url).content.decode()
    graph = schema_of(html)
    types = {item["@type"] for item in graph}
    assert types == {"BreadcrumbList", "Article", "FAQPage"}
    assert "Medical" not in json.dumps(graph)
    faq = next(item for item in graph if item["@type"] == "FAQPage")
    assert faq["mainEntity"][0]["name"] == "Combien de <séances> ?"
    assert faq["mainEntity"][0]["acceptedAnswer"]["text"] == "Cela dépend."


def test_a_text_cannot_close_the_data_block(client):
    body = [make.answer(), ("questions", {"title": "Q", "items": [{"question": "</script><b>", "answer": "<p>a</p>"}]})]
    graph = schema_of(client.get(make.theme_page(body=body).url).content.decode())
    assert any(item["@type"] == "FAQPage" for item in graph)


def test_an_answer_that_is_not_short_is_refused():
    block = AnswerBlock()
    block.clean(block.to_python({"text": "mot " * 70}))
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"text": "mot " * 71}))


def test_prices_are_not_shown_below_twenty_practitioners(client):
    html = client.get(make.theme_page(body=BODY).url).content.decode()
    assert "médiane" not in html
