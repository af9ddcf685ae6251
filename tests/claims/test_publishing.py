"""Where the check stands in the way: pages, replies, sessions, letters; who confirms, who overrides, what is kept."""

import io
import json
import sys

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.roles import Role
from common import clock
from common.models import OutboxMessage
from editorial.actions import letters
from editorial.letters.claims import WordsRefused
from editorial.models import Letter
from legal.claims import batch, judging, surfaces
from legal.claims.store import rules_in_force
from legal.models import ClaimChange, ClaimFinding, ClaimRule, ClaimWaiver
from practitioners.actions import media
from practitioners.models import ProfilePage, Review
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory, ReviewFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

REFUSED, FLAGGED = "Je soigne le corps et l’esprit.", "Résultats garantis en trois séances."


def edit_data(page, **values):
    data = {"headline": page.headline, "word": page.word, "approach": page.approach, "portrait": "", "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0", "comments-MAX_NUM_FORMS": ""}  # fmt: skip
    data |= {f"{name}-count": "0" for name in ("gallery", "faq")}
    return data | values


@pytest.fixture
def owner():
    practitioner = PractitionerFactory()
    media.collection_of(owner=practitioner)
    return practitioner


def publish(browser, page, **values):
    return browser.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), edit_data(page, **{"action-publish": "1"} | values)
    )


def test_a_refused_text_is_not_published_and_nothing_typed_is_lost(as_user, owner):
    browser, page = as_user(owner.user), owner.page
    answer = publish(browser, page, word=REFUSED)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert REFUSED in text
    assert "accompagner" in text  # the better wording
    page.refresh_from_db()
    assert page.word != REFUSED


def test_it_is_saved_as_a_draft(as_user, owner):
    browser, page = as_user(owner.user), owner.page
    assert (
        browser.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), edit_data(page, word=REFUSED)).status_code
        == 302
    )
    page.refresh_from_db()
    assert page.word != REFUSED
    assert page.get_latest_revision_as_object().word == REFUSED
    assert "Je soigne" in browser.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()


def test_an_owner_never_overrides(as_user, owner):
    publish(as_user(owner.user), owner.page, word=REFUSED, claims_override="Je le veux absolument ainsi.")
    assert ProfilePage.objects.get(pk=owner.page.pk).word != REFUSED
    assert not ClaimWaiver.objects.exists()


def test_what_is_flagged_is_confirmed_for_these_very_sentences_and_recorded(as_user, owner):
    browser, page = as_user(owner.user), owner.page
    publish(browser, page, word=FLAGGED, claims_confirm="yes")
    assert ProfilePage.objects.get(pk=page.pk).word != FLAGGED
    from legal.claims.forms import seen

    shown = seen(judging.look({"word": FLAGGED}))
    assert shown in publish(browser, page, word=FLAGGED).content.decode()
    publish(browser, page, word=f"{FLAGGED} Efficacité prouvée.", claims_confirm=shown)
    assert ProfilePage.objects.get(pk=page.pk).word != FLAGGED
    assert publish(browser, page, word=FLAGGED, claims_confirm=shown).status_code == 302
    assert ProfilePage.objects.get(pk=page.pk).word == FLAGGED
    kept = ClaimWaiver.objects.get()
    assert (kept.kind, kept.surface, kept.author, kept.sentence) == (
        "confirmed",
        "profile",
        owner.user,
        FLAGGED.strip(),
    )
    # Said once: the same words are not asked about again.
    assert publish(browser, page, word=FLAGGED).status_code == 302


def test_a_refused_reply_stays_in_its_form(as_user):
    review = ReviewFactory()
    browser, url = as_user(review.practitioner.user), reverse("office_review_reply", args=[review.pk])
    name = f"avis{review.pk}-text"
    answer = browser.post(url, {name: "Merci, votre dépression va mieux."})
    assert answer.status_code == 422
    assert "votre dépression va mieux" in answer.content.decode()
    assert Review.objects.get(pk=review.pk).reply == ""
    assert browser.post(url, {name: "Merci de votre confiance."}).status_code == 302


def test_a_letter_leaves_with_a_reason_only_and_the_legal_team_revokes_it(as_user, monkeypatch):
    editor, now = UserFactory(), clock.now()
    letter = letters.save(letter=Letter(subject="Guérir", opening="x", body="<p>Bonjour</p>"), author=editor, now=now)
    letters.try_on(letter=letter, person=editor, now=now)
    with monkeypatch.context() as patch:
        patch.setattr(letters, "readers", lambda topic: ClaimRule.objects.all())
        with pytest.raises(WordsRefused):
            letters.send(letter=letter, sender=editor, now=now)
        letters.send(letter=letter, sender=editor, now=now, reason="Titre d’un livre que la lettre cite.")
    row = ClaimWaiver.objects.get()
    browser = as_user(UserFactory(roles=[Role.LEGAL]))
    assert "Titre d’un livre" in browser.get(reverse("legal_desk_claims")).content.decode()
    browser.post(reverse("legal_desk_claims_step", args=[row.pk, "revoquer"]))
    row.refresh_from_db()
    assert row.revoked_at
    assert judging.answered(judging.look({"s": "Guérir"}), surface="letter") == set()


def put_live(owner, words):
    ProfilePage.objects.filter(pk=owner.page.pk).update(word=words)


def test_the_batch_finds_what_is_published_keeps_its_date_and_forgets_what_was_changed(owner):
    put_live(owner, f"{REFUSED} {FLAGGED}")
    first = clock.now()
    batch.recheck(now=first)
    assert set(ClaimFinding.objects.values_list("surface", "object_id", "rule__slug")) == {
        ("profile", owner.page.pk, "soigner"), ("profile", owner.page.pk, "promesse"),
    }  # fmt: skip
    batch.recheck(now=clock.now())
    assert set(ClaimFinding.objects.values_list("since", flat=True)) == {first}
    put_live(owner, FLAGGED)
    batch.recheck(now=clock.now())
    assert list(ClaimFinding.objects.values_list("rule__slug", flat=True)) == ["promesse"]
    ProfilePage.objects.filter(pk=owner.page.pk).update(live=False)
    batch.recheck(now=clock.now())
    assert not ClaimFinding.objects.exists()


def test_a_rule_is_changed_with_its_history_and_at_once(as_user, owner, django_capture_on_commit_callbacks):
    lawyer = UserFactory(roles=[Role.LEGAL])
    browser = as_user(lawyer)
    put_live(owner, "Un moment de papouilles.")
    data = {"slug": "papouille", "severity": "flag", "patterns": "papouille", "exceptions": "", "reason": "Trop familier",
            "law": "Charte", "suggestion": "détente", "denied_is_fine": "on", "active": "on"}  # fmt: skip
    tried = browser.post(reverse("legal_desk_claims_new"), data | {"try": "1", "sentence": "Des papouilles !"})
    assert "<mark>papouilles</mark>" in tried.content.decode()
    assert not ClaimRule.objects.filter(slug="papouille").exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(reverse("legal_desk_claims_new"), data).status_code == 302
    assert rules_in_force().check("papouille")
    change = ClaimChange.objects.first()
    assert (change.what, change.author, change.before) == ("rule:papouille", lawyer, None)
    url = reverse("legal_desk_claims_rule", args=["papouille"])
    browser.post(url, data | {"severity": "refuse"})
    change = ClaimChange.objects.first()
    assert (change.before["severity"], change.after["severity"]) == ("flag", "refuse")
    assert "refuse" in browser.get(url).content.decode()
    count = ClaimChange.objects.count()
    browser.post(url, data | {"severity": "refuse"})
    assert ClaimChange.objects.count() == count


@pytest.mark.parametrize("patterns", ["(a+)+$", "@rien", "*3", "soigner\x00", "x" * 10_000, "😀"])
def test_a_wrong_pattern_is_said_to_be_and_keeps_what_was_typed(as_user, patterns):
    browser = as_user(UserFactory(roles=[Role.LEGAL]))
    answer = browser.post(reverse("legal_desk_claims_new"), {"slug": "essai", "severity": "flag", "patterns": patterns, "reason": "r", "law": "l",
                                                             "suggestion": "s"})  # fmt: skip
    # A NUL is stopped before any form.
    assert answer.status_code == (400 if "\x00" in patterns else 422)
    assert not ClaimRule.objects.filter(slug="essai").exists()


def test_the_owner_is_asked_once_and_a_sentence_may_be_let_stand(as_user, owner):
    put_live(owner, REFUSED)
    batch.recheck(now=clock.now())
    row = ClaimFinding.objects.get()
    browser = as_user(UserFactory(roles=[Role.LEGAL]))
    for _time in range(2):
        browser.post(reverse("legal_desk_claims_step", args=[row.pk, "demander"]))
    mail = OutboxMessage.objects.get(template="legal/claims_asked")
    assert mail.to == owner.user.email
    browser.post(reverse("legal_desk_claims_step", args=[row.pk, "laisser"]), {"reason": "non"})
    assert ClaimFinding.objects.exists()
    browser.post(
        reverse("legal_desk_claims_step", args=[row.pk, "laisser"]), {"reason": "Citation d’un ancien métier."}
    )
    batch.recheck(now=clock.now())
    assert not ClaimFinding.objects.exists()
    # Elsewhere the same words are looked at anew.
    assert judging.answered(judging.look({"x": REFUSED}), surface="article") == set()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATION, Role.PRACTITIONER])
def test_the_desk_is_the_legal_teams(as_user, role):
    browser = as_user(UserFactory(roles=[role]))
    assert browser.get(reverse("legal_desk_claims")).status_code in {302, 403}
    assert browser.get(reverse("legal_desk_claims_rules")).status_code in {302, 403}


def test_places_are_those_of_browsers_and_bad_questions_are_refused(as_user):
    browser, url = as_user(UserFactory()), reverse("claims_check")

    def ask(body):
        return browser.post(
            url, body if isinstance(body, str | bytes) else json.dumps(body), content_type="application/json"
        )

    found = ask({"texts": ["😀 Je soigne.", "Bonjour"]}).json()["found"]
    assert [(m["start"], m["end"], m["words"]) for m in found[0]] == [(6, 12, "soigne")]
    assert found[1] == []
    for bad in (
        "",
        "[",
        b"\xff\x00",
        [],
        {"texts": "x"},
        {"texts": [1]},
        {"texts": ["x"] * 61},
        {"texts": ["x" * 60_001]},
        "[" * 5_000,
    ):
        assert ask(bad).status_code == 422


def test_the_command_reads_a_text_a_line(monkeypatch):
    lines = b"mes patients\n\nJe ne soigne pas.\n" + b"\xff soigner\n"
    out = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
        call_command("check_claims", stdout=out)
    said = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [row["flagged"] for row in said] == [True, False, False, True]
    assert said[0]["rules"] == ["patients"]


def test_every_public_surface_is_looked_at():
    assert {surface.key for surface in surfaces.surfaces} >= {
        "profile",
        "structure",
        "service",
        "reply",
        "article",
        "theme",
        "standing",
        "home",
    }


def test_a_check_asks_the_database_twice(django_assert_max_num_queries):
    rules_in_force()
    with django_assert_max_num_queries(2):
        judging.answered(judging.look({"a": REFUSED, "b": FLAGGED}), surface="profile")
