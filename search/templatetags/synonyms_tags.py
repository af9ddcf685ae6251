"""What the preview of a synonym group shows; a model may not import what asks the engines."""

from django import template

from search import synonym_effects
from search.models import SynonymGroup
from search.synonym_effects import Effects

register = template.Library()


@register.simple_tag
def effects_of(group: SynonymGroup) -> Effects:
    return synonym_effects.of(group)
