"""Requests about personal data that come from outside the account: received, measured by the law's clock, answered (docs/rights-requests.md)."""


def register() -> None:
    """What this part adds to the register, to the ways from a person to their rows, and to the nights."""
    from legal.requests import privacy, retention, rows

    privacy.register()
    rows.register()
    retention.register()
