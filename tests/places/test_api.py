import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gazetteer")]


def test_places_have_the_promised_shape(client):
    answer = client.get("/api/v1/places/", {"q": "lyon"})
    assert answer.status_code == 200
    lyon = answer.json()["results"][0]
    assert lyon == {
        "id": "commune:69123", "name": "Lyon", "label": "Lyon (69)", "department": "69", "kind": "commune", "population": 519127,
        "latitude": 45.7677, "longitude": 4.8354, "postal_codes": [f"6900{n}" for n in range(1, 10)],
    }  # fmt: skip


def test_nothing_typed_gives_nothing(client):
    assert client.get("/api/v1/places/").json() == {"results": []}


def test_too_long_a_text_is_refused_by_name(client):
    answer = client.get("/api/v1/places/", {"q": "a" * 10_000})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", "q"]
