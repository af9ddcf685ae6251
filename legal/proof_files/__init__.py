"""Proof files for a dispute: what each app holds about one thing, in one archive that can be verified (docs/proof-files.md)."""


def register() -> None:
    from legal.proof_files import sources

    sources.register()
