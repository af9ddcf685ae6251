"""The register of providers (sub-processors): a change is announced, may be objected to for 15 days, then applies (docs/data-governance.md)."""


def register() -> None:
    from legal.providers import privacy

    privacy.register()
