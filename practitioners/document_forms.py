"""The articles of a practitioner's own document: each with its place, new ones at the end. Works without scripts."""

from collections.abc import Iterable, Mapping

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MOST = 40


class SummaryForm(forms.Form):
    summary = forms.CharField(
        label=_("What changes, in plain words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your clients read it first. Not needed for the first version."),
    )


class ArticleForm(forms.Form):
    key = forms.SlugField(required=False, max_length=60, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=160)
    body = forms.CharField(
        label=_("Text"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A blank line starts a paragraph; lines that begin with “- ” make a list."),
    )


class ArticlesForm(
    forms.formset_factory(  # type: ignore[misc]
        ArticleForm,
        extra=1,
        can_delete=True,
        can_order=True,
        max_num=MOST,
        validate_max=True,
        min_num=1,
        validate_min=True,
    )
):
    """`rows` as versions store them: in their order, without those taken out, each with an anchor of its own."""

    @classmethod
    def of(cls, articles: Iterable[Mapping[str, str]]) -> "ArticlesForm":
        initial = [{name: article[name] for name in ("key", "title", "body")} for article in articles]
        return cls(initial=initial, prefix="article")

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = pgettext_lazy("of an article", "Position")
        form.fields["DELETE"].label = _("Take this article out")

    def rows(self) -> list[dict[str, str]]:
        taken = {"annonce", "contenu", "erreurs"}
        found = []
        for form in self.ordered_forms:
            data = form.cleaned_data
            base = (data["key"] or slugify(data["title"]))[:56] or "article"
            key, count = base, 1
            while key in taken:
                count += 1
                key = f"{base}-{count}"
            taken.add(key)
            found.append({"key": key, "title": data["title"], "body": data["body"], "why": ""})
        return found
