"""The register of breaches: the clock of 72 hours, those concerned found through the register of processing (docs/data-governance.md)."""


def register() -> None:
    from legal.breaches import privacy

    privacy.register()
