"""A text as it is read: facts of the operator in their places. References stay, since each reader shows them in its own way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from legal.variables import with_numbers, with_values

Articles = list[dict[str, str]]


@dataclass(frozen=True)
class Resolved:
    title: str
    preamble: str
    summary: str
    articles: Articles

    @property
    def numbers(self) -> dict[str, int]:
        return {article["key"]: number for number, article in enumerate(self.articles, start=1)}

    def in_plain_words(self) -> "Resolved":
        """References by their numbers too: the text as someone would read it aloud."""
        numbers = self.numbers
        return Resolved(
            self.title,
            with_numbers(self.preamble, numbers),
            with_numbers(self.summary, numbers),
            [
                article | {field: with_numbers(article.get(field, ""), numbers) for field in ("title", "body", "why")}
                for article in self.articles
            ],
        )


def resolved(text: Any, values: Mapping[str, str]) -> Resolved:
    """`text`: a version or one of its translations. `values`: those frozen with the version, or today's for a draft."""
    return Resolved(
        text.title,
        with_values(text.preamble, values),
        with_values(text.summary, values),
        [
            article | {field: with_values(article.get(field, ""), values) for field in ("title", "body", "why")}
            for article in text.articles
        ],
    )
