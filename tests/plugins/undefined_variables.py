"""A variable that is not defined fails the test, in our templates; those of packages may rely on Django's silence.

Django asks whether `string_if_invalid` is true at the very place where a variable was not found: that question is the hook.
`{% if name %}` does not ask it, and stays the way to test for something optional.
"""

import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.template import engines
from django.template.base import FilterExpression, Node, Origin


class UndefinedVariable(AssertionError):
    pass


class FailWhenOurs(str):
    """Equal to the empty string that Django uses."""

    __slots__ = ()

    def __bool__(self) -> bool:
        variable, origin = _asked_by()
        if origin is not None and str(origin.name).startswith(str(settings.BASE_DIR / "templates")):
            raise UndefinedVariable(f"{variable} is not defined in {origin.template_name}")
        return False


def _asked_by() -> tuple[object, Origin | None]:
    """The variable that was not found, and the template whose node needed it; nothing when asked from elsewhere."""
    frame = sys._getframe(2)
    expression = frame.f_locals.get("self")
    if not isinstance(expression, FilterExpression) or frame.f_code.co_name != "resolve":
        return None, None
    while frame := frame.f_back:  # type: ignore[assignment]
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and frame.f_code.co_name == "render_annotated":
            return expression.var, getattr(node, "origin", None)
    return expression.var, None


@pytest.fixture(scope="session", autouse=True)
def _undefined_variables_fail() -> Iterator[None]:
    engine = engines["django"].engine
    before, engine.string_if_invalid = engine.string_if_invalid, FailWhenOurs()
    yield
    engine.string_if_invalid = before
