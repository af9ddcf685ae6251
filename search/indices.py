"""The indexes of Elasticsearch behind their two aliases: the one that is asked, and one that is being built.

Elasticsearch itself says which they are, so that nothing has to be kept in step with it: a cluster that lost its data, or a
rebuild that was killed, is seen as it is. Every write names an alias and requires it to be one: no index is made by accident.
"""

import datetime as dt
import re
import secrets
from dataclasses import dataclass, field

from django.conf import settings
from elasticsearch import Elasticsearch

from search import documents

# How long a deletion is remembered, so that a late older write cannot bring back what it deleted.
REMEMBER_DELETIONS = "1h"


def alias() -> str:
    """What is asked. It changes with the mapping: processes of two releases each ask for what they understand."""
    return f"{settings.ELASTICSEARCH_INDEX}-v{documents.VERSION}"


def building() -> str:
    """What is written too, and not asked, while an index is built."""
    return f"{alias()}-building"


@dataclass(frozen=True)
class Known:
    """Names of the indexes that are ours; `others` answer to no alias: what is left of a rebuild, or of another release."""

    live: list[str] = field(default_factory=list)
    building: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    @property
    def targets(self) -> list[str]:
        """The aliases that a change has to be written to."""
        return [alias()] * bool(self.live) + [building()] * bool(self.building)


def known(client: Elasticsearch) -> Known:
    prefix = settings.ELASTICSEARCH_INDEX
    found = client.indices.get_alias(index=f"{prefix}-v*", expand_wildcards="all").body
    ours = re.compile(rf"{re.escape(prefix)}-v\d+-\d{{14}}-[0-9a-f]{{6}}")
    result = Known()
    for name in sorted(found):
        if ours.fullmatch(name):
            aliases = found[name]["aliases"]
            kind = result.live if alias() in aliases else result.building if building() in aliases else result.others
            kind.append(name)
    return result


def create(client: Elasticsearch, *, now: dt.datetime) -> str:
    """A new empty index that takes writes under the building alias: without copies and without being searched for now."""
    name = f"{alias()}-{now:%Y%m%d%H%M%S}-{secrets.token_hex(3)}"
    wanted = documents.index_settings() | {
        "auto_expand_replicas": False,
        "number_of_replicas": 0,
        "refresh_interval": "-1",
        "gc_deletes": REMEMBER_DELETIONS,
    }
    client.indices.create(index=name, settings=wanted, mappings=documents.mapping(), aliases={building(): {}})
    return name


def finish(client: Elasticsearch, name: str) -> None:
    """Make it ready to be asked: refreshed, with the copies that the cluster has room for.

    Green, not merely quiet: a copy that nobody has begun yet is not initializing either, and until there is one, the loss of a
    single node would take the whole index with it.
    """
    client.indices.refresh(index=name)
    wanted = documents.index_settings()
    later: dict[str, object] = {
        key: wanted[key] for key in ("auto_expand_replicas", "refresh_interval") if key in wanted
    }
    client.indices.put_settings(index=name, settings=later)
    # Without its copies after a while (408) it serves too: they follow.
    client.options(ignore_status=408).cluster.health(index=name, wait_for_status="green", timeout="20s")


def switch(client: Elasticsearch, name: str, *, old: list[str]) -> None:
    """In one step, for every question at once: the alias means `name`."""
    actions = [{"remove": {"index": other, "alias": alias()}} for other in old]
    if client.indices.exists(index=alias(), expand_wildcards="none") and not client.indices.exists_alias(name=alias()):
        # Somebody made an index of that very name.
        actions.append({"remove_index": {"index": alias()}})
    actions += [{"add": {"index": name, "alias": alias()}}, {"remove": {"index": name, "alias": building()}}]
    client.indices.update_aliases(actions=actions)


def drop(client: Elasticsearch, names: list[str]) -> None:
    for name in names:
        client.indices.delete(index=name, ignore_unavailable=True)
