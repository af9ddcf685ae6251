"""The rules as they are delivered, read from `rules.toml`. The migration that loads them, and the tests that measure them, read them here."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from legal.claims.lint import Rule, RuleSet

PATH = Path(__file__).with_name("rules.toml")


def read() -> dict[str, Any]:
    return tomllib.loads(PATH.read_text(encoding="utf-8"))


def lists() -> dict[str, list[str]]:
    return {name: words.split("\n") for name, words in ((n, w.strip()) for n, w in read()["lists"].items())}


@cache
def rule_set() -> RuleSet:
    return RuleSet([Rule(**row) for row in read()["rule"]], lists())
