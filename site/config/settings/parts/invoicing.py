"""Who the platform is on its own invoices (docs/invoices.md). Until its name, address and SIRET are set, it issues none."""

import environ

env = environ.Env()
PLATFORM_IDENTITY = {
    "name": env("PLATFORM_NAME", default=""),
    # As the law wants it beside the name: « SARL au capital de 2 000 €, RCS Toulon 900 457 466 ».
    "legal_form": env("PLATFORM_LEGAL_FORM", default=""),
    "street": env("PLATFORM_STREET", default=""),
    "postal_code": env("PLATFORM_POSTAL_CODE", default=""),
    "town": env("PLATFORM_TOWN", default=""),
    "siret": env("PLATFORM_SIRET", default=""),
    "vat_number": env("PLATFORM_VAT_NUMBER", default=""),
    "email": env("PLATFORM_EMAIL", default=""),
}
# standard, or franchise for a platform that charges no VAT.
PLATFORM_VAT = env("PLATFORM_VAT", default="standard")
# The year's numbers are F-2026-00001 and C-2026-00001: a practitioner's own software goes on with numbers of its own.
FEE_INVOICE_PREFIX = env("FEE_INVOICE_PREFIX", default="F")
CLIENT_INVOICE_PREFIX = env("CLIENT_INVOICE_PREFIX", default="C")
