"""Audits and written instructions of practitioners; disclosures to authorities (docs/data-governance.md)."""


def register() -> None:
    from legal.oversight import privacy

    privacy.register()
