from urllib.parse import urlsplit

from django import template

from editorial import structured_data

register = template.Library()
register.filter("anchor", structured_data.anchor)
register.filter("with_anchors", structured_data.with_anchors)


@register.filter
def url_host(address: str) -> str:
    """The site's name, which is what a reader wants to know of a link: `www.has-sante.fr` is `has-sante.fr`."""
    return urlsplit(address).netloc.removeprefix("www.")


@register.filter
def count_of(counts: dict[str, int], key: str) -> int:
    return counts.get(key, 0)
