"""Forms of the legal team, of the moderators and of those who report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateTimeInput
from wagtail.blocks.base import BlockField

from legal.actions.publishing import NOTICE_DAYS
from legal.blocks import ArticlesBlock, to_articles
from legal.models import LegalTranslation, LegalVersion, Report
from legal.reportables import Reportable
from legal.variables import VARIABLES


class DraftForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=160)
    preamble = forms.CharField(
        label=_("Preamble"), required=False, max_length=5000, widget=AdminAutoHeightTextInput(attrs={"rows": 2})
    )
    summary = forms.CharField(
        label=_("What changes, in plain words"),
        required=False,
        max_length=2000,
        widget=AdminAutoHeightTextInput(attrs={"rows": 3}),
        help_text=_("One line for each change, five at most: readers see it first."),
    )
    articles = BlockField(label=_("Articles"), block=ArticlesBlock())

    def clean_articles(self) -> list[dict[str, str]]:
        return to_articles(self.cleaned_data["articles"])


class RemarkForm(forms.Form):
    """About one article; without one, about the whole version."""

    article = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Remark"), max_length=2000, widget=AdminAutoHeightTextInput(attrs={"rows": 2}))


class FactForm(forms.Form):
    name = forms.ChoiceField(label=_("Fact"), choices=[(each.name, each.label) for each in VARIABLES.values()])
    value = forms.CharField(label=_("What it says"), max_length=300)
    valid_from = forms.DateTimeField(
        label=_("In force from"), required=False, widget=AdminDateTimeInput(), help_text=_("Left empty: now.")
    )


class TranslationForm(forms.Form):
    """One pair of fields an article, named after its anchor; what is left empty is not translated yet."""

    title = forms.CharField(label=_("Title"), max_length=160, required=False)
    preamble = forms.CharField(
        label=_("Preamble"), required=False, max_length=5000, widget=AdminAutoHeightTextInput(attrs={"rows": 2})
    )
    summary = forms.CharField(
        label=_("What changes, in plain words"),
        required=False,
        max_length=2000,
        widget=AdminAutoHeightTextInput(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, version: LegalVersion, translation: LegalTranslation | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        known = {article["key"]: article for article in translation.articles} if translation else {}
        if translation:
            for name in ("title", "preamble", "summary"):
                self.fields[name].initial = getattr(translation, name)
        for article in version.articles:
            key, mine = article["key"], known.get(article["key"], {})
            self.fields[f"title:{key}"] = forms.CharField(
                label=_("Title"), required=False, max_length=160, initial=mine.get("title", "")
            )
            self.fields[f"body:{key}"] = forms.CharField(
                label=_("Text"),
                required=False,
                max_length=20_000,
                initial=mine.get("body", ""),
                widget=AdminAutoHeightTextInput(attrs={"rows": 6}),
            )

    def texts(self) -> dict[str, Any]:
        data = self.cleaned_data
        articles = {
            article["key"]: {"title": data[f"title:{article['key']}"], "body": data[f"body:{article['key']}"]}
            for article in self.version.articles
            if data[f"title:{article['key']}"] or data[f"body:{article['key']}"]
        }
        return {"articles": articles} | {name: data[name] for name in ("title", "preamble", "summary")}

    def rows(self, missing: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "number": number,
                "french": article,
                "title": self[f"title:{article['key']}"],
                "body": self[f"body:{article['key']}"],
                "missing": missing.get(article["key"], ""),
            }
            for number, article in enumerate(self.version.articles, start=1)
        ]


class PublishForm(forms.Form):
    mode = forms.ChoiceField(
        label=_("What is asked of those who accepted an earlier version"), widget=forms.RadioSelect
    )
    publish_at = forms.DateTimeField(
        label=_("Published by itself on"),
        required=False,
        widget=AdminDateTimeInput(),
        help_text=_("Left empty: at once. Until that moment it can be taken back."),
    )
    effective_at = forms.DateTimeField(
        label=_("In force from"),
        required=False,
        widget=AdminDateTimeInput(),
        help_text=_("Left empty: as soon as the mode allows, at once or after the notice."),
    )
    summary = forms.CharField(
        label=_("What changes, in plain words"),
        required=False,
        max_length=2000,
        widget=AdminAutoHeightTextInput(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        Mode = LegalVersion.Mode
        modes: list[tuple[str, Any]] = [
            (Mode.INFORM, _("Inform: a notice they can dismiss")),
            (Mode.ACCEPT, _("Ask to accept: they are asked again, nothing is blocked")),
            (
                Mode.NOTICE,
                _("Notice of %(days)d days: asked at once, changes in their space wait for an answer afterwards")
                % {"days": NOTICE_DAYS},
            ),
        ]
        self.fields["mode"] = forms.ChoiceField(
            label=self.fields["mode"].label, choices=modes, widget=forms.RadioSelect
        )


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(label=_("Decision"), choices=Report.Decision.choices, widget=forms.RadioSelect)
    rule = forms.CharField(
        label=_("Rule"),
        max_length=200,
        help_text=_("Document, version and article: “Rules of reviews, version 2, article 4”."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=AdminAutoHeightTextInput(attrs={"rows": 5}),
        help_text=_("Sent as it is to both sides. Do not name who reported."),
    )


class ReadingForm(forms.Form):
    reason = forms.CharField(label=_("Why you read this identity"), max_length=300)


class ReportForm(forms.Form):
    ground = forms.ChoiceField(label=_("What is the matter?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Explain what is wrong"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Say which words or facts, and why they are against the law or the rules."),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("To acknowledge your report and tell you the decision. It is never given to the person concerned."),
    )
    honest = forms.BooleanField(label=_("I believe in good faith that what I report is accurate and complete."))

    def __init__(self, *args: Any, reportable: Reportable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = reportable.grounds or tuple(Report.Ground.values)
        kept = [(value, label) for value, label in Report.Ground.choices if value in wanted]
        self.fields["ground"] = forms.ChoiceField(
            label=self.fields["ground"].label, choices=kept, widget=forms.RadioSelect
        )
