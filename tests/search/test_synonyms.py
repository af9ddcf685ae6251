"""Synonyms kept by editors: what they find, what the CMS refuses or warns of, what comes with the software, what a change would do."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from common import clock
from practitioners.models import Practitioner
from search import query, synonym_effects
from search import synonyms as shipped_groups
from search.actions import synonyms
from search.finding import find
from search.models import SampleSearch, SynonymGroup
from search.synonyms import Shipped
from search.understanding import read
from search.understanding.lexicon import MAX_ALTERNATIVES
from search.understanding.words import EMPTY, keys_of
from tests.factories.practitioners import PracticeFactory, ThemeFactory

pytestmark = pytest.mark.django_db
EDIT = "wagtailsnippets_search_synonymgroup:edit"
ADD = "wagtailsnippets_search_synonymgroup:add"


def group(*expressions: str, finds: tuple[str, ...] = (), **kwargs: object) -> SynonymGroup:
    made = SynonymGroup(
        direction="also" if finds else "same", expressions="\n".join(expressions), also_finds="\n".join(finds), **kwargs
    )
    made.full_clean()
    made.save()
    return made


def clause(text: str) -> set[frozenset[str]]:
    (only,) = read(text, place_known=False).must
    return set(only)


def found(text: str) -> set[str]:
    asked = query.parse(QueryDict(f"q={text}"), today=clock.today())
    return {hit.card["name"].split()[0] for hit in find(asked.query).hits}


# What they find


def test_in_a_group_each_finds_the_others():
    group("doula", "accompagnante périnatale")
    assert clause("doula") == clause("accompagnantes périnatales")
    assert clause("doula") == {frozenset({"doul"}), frozenset({"accompagn", "perinatal"})}


def test_one_way_is_not_the_reverse():
    group("insomnie", finds=("nuits",))
    assert clause("insomnie") == {frozenset({"insomn"}), frozenset({"nuit"})}
    assert clause("nuits") == {frozenset({"nuit"})}


def test_the_name_of_a_practice_or_a_theme_stands_for_it():
    PracticeFactory(name="Yoga", noun="prof de yoga")
    ThemeFactory(name="Sommeil")
    group("vinyasa", finds=("yoga",))
    group("insomnie", finds=("sommeil",))
    assert clause("vinyasa") == {frozenset({"vinyas"}), frozenset({"p:yoga"})}
    assert clause("insomnie") == {frozenset({"insomn"}), frozenset({"t:sommeil"}), frozenset({"sommeil"})}


def test_the_longest_expression_wins():
    group("dos", "lombaires")
    group("mal de dos", finds=("posture",))
    assert clause("mal au dos") == {frozenset({"mal", "dos"}), frozenset({"postur"})}


def test_what_asks_for_more_than_another_is_left_out():
    group("mal de dos", finds=("dos",))
    assert clause("mal de dos") == {frozenset({"dos"})}


def test_a_short_word_is_no_other_short_word():
    group("dos", "lombaires")
    assert clause("dose") == {frozenset({"dos"})}
    assert clause("DOS") == {frozenset({"dos"}), frozenset({"lombair"})}


def test_a_clause_is_bounded():
    group(*(f"expression{n}" for n in range(30)))
    assert len(clause("expression29")) == MAX_ALTERNATIVES
    assert frozenset({"expression29"}) in clause("expression29")


def test_a_draft_and_a_withdrawn_group_do_nothing():
    made = group("doula", "périnatale")
    SynonymGroup.objects.update(live=False)
    assert clause("doula") == {frozenset({"doul"})}
    made.refresh_from_db()
    made.expressions = "doula\nnaissance"
    made.save_revision()
    assert clause("doula") == {frozenset({"doul"})}
    made.get_latest_revision().publish()
    assert clause("doula") == {frozenset({"doul"}), frozenset({"naissanc"})}


def test_people_are_found_by_the_synonyms(listed: Callable[..., Practitioner]):
    sleep = ThemeFactory(name="Sommeil")
    listed(first_name="Odile", themes=[sleep])
    listed(first_name="Bruno")
    assert found("insomnie") == set()
    group("insomnie", finds=("sommeil",))
    assert found("insomnie") == {"Odile"}


# What is refused


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"expressions": ""}, "expressions"),
        ({"expressions": " \n \r\n"}, "expressions"),
        ({"expressions": "doula"}, "expressions"),
        ({"expressions": "doula\nDoulas\ndoûla"}, "expressions"),
        ({"expressions": "doula\nde la"}, "expressions"),
        ({"expressions": "doula\n🙂"}, "expressions"),
        ({"expressions": "doula\n" + "a" * 81}, "expressions"),
        ({"expressions": "doula\nun deux trois quatre cinq six sept huit"}, "expressions"),
        ({"expressions": "\n".join(f"e{n}" for n in range(41))}, "expressions"),
        ({"expressions": "doula\nnaissance", "also_finds": "yoga"}, "also_finds"),
        ({"direction": "also", "expressions": "doula", "also_finds": ""}, "also_finds"),
        ({"direction": "both", "expressions": "doula\nnaissance"}, "direction"),
    ],
)
def test_a_group_that_means_nothing_is_refused(values: dict[str, str], field: str):
    with pytest.raises(ValidationError) as refused:
        SynonymGroup(**values).full_clean()
    assert field in refused.value.message_dict


def test_lines_are_tidied():
    assert group("  doula ", "", "doula", "naissance  douce").asked == ["doula", "naissance douce"]


# What comes with the software


def test_at_least_250_groups_and_each_is_sound():
    lines = shipped_groups.shipped()
    assert len(lines) >= 250
    assert len({line.key for line in lines}) == len(lines)
    for line in lines:
        SynonymGroup(
            key=line.key, direction=line.direction, expressions="\n".join(line.expressions), also_finds="\n".join(line.also_finds)
        ).full_clean(validate_unique=False)  # fmt: skip


def test_no_expression_is_in_two_groups_nor_twice_in_one():
    keys = [keys_of(expression) for line in shipped_groups.shipped() for expression in line.expressions]
    assert len(set(keys)) == len(keys)


def test_no_expression_is_made_of_words_that_are_dropped():
    empty = {key for word in EMPTY for key in keys_of(word)}
    asked = [expression for line in shipped_groups.shipped() for expression in line.expressions]
    assert [expression for expression in asked if keys_of(expression) <= empty] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# rien\n\na = b", [Shipped("a", "same", ("a", "b"))]),
        ("L’été, b > c, d", [Shipped("l ete", "also", ("L’été", "b"), ("c", "d"))]),
    ],
)
def test_the_file_is_read(text: str, expected: list[Shipped]):
    assert shipped_groups.read(text) == expected


@pytest.mark.parametrize("text", ["a", "a =", "a >", "> b", "= ="])
def test_a_line_that_is_no_group_is_named(text: str):
    with pytest.raises(ValueError, match="line 1"):
        shipped_groups.read(text)


def test_loading_twice_changes_nothing():
    first = synonyms.load()
    assert first.added == len(shipped_groups.shipped())
    assert SampleSearch.objects.count() >= 10
    again = synonyms.load()
    assert (again.added, again.renewed, again.kept) == (0, 0, first.added)
    made = SynonymGroup.objects.first()
    assert made is not None
    assert made.live
    assert made.revisions.count() == 1
    assert made.get_latest_revision_as_object().asked == made.asked


def test_loading_renews_what_nobody_edited_and_keeps_the_rest():
    synonyms.load(
        [Shipped("a", "same", ("a1", "a2")), Shipped("b", "same", ("b1", "b2")), Shipped("c", "same", ("c1", "c2"))]
    )
    edited, withdrawn = SynonymGroup.objects.get(key="b"), SynonymGroup.objects.get(key="c")
    edited.expressions = "b1\nb3"
    edited.save_revision().publish()
    withdrawn.unpublish()
    done = synonyms.load(
        [Shipped(key, "same", (f"{key}1", f"{key}9")) for key in "abc"] + [Shipped("d", "same", ("d1", "d2"))]
    )
    assert (done.added, done.renewed, done.kept) == (1, 1, 2)
    assert [(g.key, g.asked, g.live) for g in SynonymGroup.objects.order_by("key")] == [
        ("a", ["a1", "a9"], True), ("b", ["b1", "b3"], True), ("c", ["c1", "c2"], False), ("d", ["d1", "d2"], True),
    ]  # fmt: skip
    assert SynonymGroup.objects.get(key="a").revisions.count() == 2


# What a change would do


def test_the_preview_runs_both_and_names_who_enters_and_leaves(listed: Callable[..., Practitioner]):
    listed(first_name="Odile", themes=[ThemeFactory(name="Sommeil")])
    listed(first_name="Bruno", practices=[PracticeFactory(name="Yoga", noun="prof de yoga")])
    SampleSearch.objects.create(text="sommeil")
    made = group("insomnie", finds=("sommeil",))
    made.also_finds = "yoga"
    made.trials = "insomnie à lyon\nnuits"
    effects = synonym_effects.of(made)
    assert [(e.text, e.before, e.after, e.entering, e.leaving) for e in effects.own] == [
        ("insomnie", 1, 1, ("Bruno",), ("Odile",)),
        ("insomnie à lyon", 1, 1, ("Bruno",), ("Odile",)),
        ("nuits", 0, 0, (), ()),
    ]
    assert [effect.changes for effect in effects.own] == [True, True, False]
    assert effects.harmed == []
    assert found("insomnie") == {"Odile"}


def test_the_preview_of_a_new_group_counts_from_nothing(listed: Callable[..., Practitioner]):
    listed(first_name="Odile", themes=[ThemeFactory(name="Sommeil")])
    SampleSearch.objects.create(text="nuit blanche")
    effects = synonym_effects.of(SynonymGroup(direction="also", expressions="nuit blanche", also_finds="sommeil"))
    assert [(e.before, e.after, e.entering) for e in effects.own] == [(0, 1, ("Odile",))]


def test_a_harmed_sample_search_is_shown(listed: Callable[..., Practitioner]):
    listed(first_name="Odile", themes=[ThemeFactory(name="Sommeil")])
    SampleSearch.objects.create(text="nuits difficiles à lyon")
    effects = synonym_effects.of(SynonymGroup(direction="also", expressions="nuits difficiles", also_finds="sommeil"))
    assert [(e.text, e.difference) for e in effects.harmed] == [("nuits difficiles à lyon", 1)]


def test_an_expression_of_two_groups_is_told():
    other = group("doula", "naissance")
    assert synonym_effects.shared_expressions(SynonymGroup(expressions="Doulas\nbébé")) == [("Doulas", other)]
    assert synonym_effects.shared_expressions(other) == []


# In the CMS


def form(**values: str) -> dict[str, str]:
    return {
        "direction": "same",
        "expressions": "doula\nnaissance",
        "also_finds": "",
        "note": "",
        "trials": "",
        **values,
    }


@pytest.fixture
def editor(login_as: Callable[..., User], client: Client) -> Client:
    login_as(Role.EDITOR)
    return client


def test_a_draft_goes_live_when_it_is_published(editor: Client):
    answer = editor.post(reverse(ADD), form())
    made = SynonymGroup.objects.get()
    assert answer.status_code == 302
    assert not made.live
    assert editor.post(reverse(EDIT, args=[made.pk]), form(**{"action-publish": "1"})).status_code == 302
    assert clause("doula") == {frozenset({"doul"}), frozenset({"naissanc"})}


def test_a_refused_group_keeps_what_was_typed(editor: Client):
    page = editor.post(reverse(ADD), form(expressions="doula", **{"action-publish": "1"})).content.decode()
    assert "Une seule expression ne change rien" in page
    assert "doula</textarea>" in page
    assert not SynonymGroup.objects.exists()


@pytest.mark.parametrize("text", ["doula\x00\nx", "a" * 10_000, "\u202edoula", "🙂\n🙂🙂"])
def test_bad_input_is_answered(editor: Client, text: str):
    assert editor.post(reverse(ADD), form(expressions=text)).status_code in {200, 400}
    assert not SynonymGroup.objects.exists()


def test_the_preview_shows_a_group_before_it_is_saved(editor: Client, listed: Callable[..., Practitioner]):
    listed(first_name="Odile", themes=[ThemeFactory(name="Sommeil")])
    made = group("insomnie", "nuits")
    address = reverse("wagtailsnippets_search_synonymgroup:preview_on_edit", args=[made.pk])
    values = form(direction="also", expressions="insomnie", also_finds="sommeil")
    assert editor.post(address, values).json() == {"is_valid": True, "is_available": True}
    page = editor.get(f"{address}?mode=").content.decode()
    assert "Odile" in page
    assert "Entrent" in page


def test_a_shared_expression_is_warned_of_after_the_save(editor: Client):
    group("doula", "périnatale")
    page = editor.post(reverse(ADD), form(), follow=True).content.decode()
    assert "est aussi dans le groupe" in page


def test_versions_are_kept_and_compared(editor: Client):
    made = group("doula", "naissance")
    made.save_revision().publish()
    editor.post(reverse(EDIT, args=[made.pk]), form(expressions="doula\nnouveau mot", **{"action-publish": "1"}))
    assert made.revisions.count() == 2
    assert editor.get(reverse("wagtailsnippets_search_synonymgroup:history", args=[made.pk])).status_code == 200
    old, new = made.revisions.order_by("pk")
    address = reverse("wagtailsnippets_search_synonymgroup:revisions_compare", args=[made.pk, old.pk, new.pk])
    assert "nouveau mot" in editor.get(address).content.decode()


def test_groups_are_searched_and_filtered(editor: Client):
    group("doula", "naissance")
    group("insomnie", finds=("sommeil",))
    listing = reverse("wagtailsnippets_search_synonymgroup:list")
    assert "insomnie" not in (page := editor.get(f"{listing}?q=doula").content.decode())
    assert "doula" in page
    assert "doula" not in editor.get(f"{listing}?direction=also").content.decode()


def test_nobody_deletes_a_group(editor: Client):
    made = group("doula", "naissance")
    address = reverse("wagtailsnippets_search_synonymgroup:delete", args=[made.pk])
    assert editor.post(address).status_code in {302, 403}
    assert SynonymGroup.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize("role", [Role.MODERATION, Role.LEGAL, Role.VERIFICATION])
def test_other_roles_stay_outside(login_as: Callable[..., User], client: Client, role: Role):
    login_as(role)
    assert client.get(reverse(ADD)).status_code in {302, 403}
