"""The company that operates the platform, as its legal documents and declarations name it. Without a SIREN none can be made."""

import environ

env = environ.Env()
COMPANY = {
    "name": env("COMPANY_NAME", default=""),
    "trade_name": env("COMPANY_TRADE_NAME", default="Mon Pro du Bien-Être"),
    "legal_form": env("COMPANY_LEGAL_FORM", default=""),
    "capital_cents": env.int("COMPANY_CAPITAL_CENTS", default=0),
    "siret": env("COMPANY_SIRET", default=""),
    "register": env("COMPANY_REGISTER", default=""),
    "vat_number": env("COMPANY_VAT_NUMBER", default=""),
    "street": env("COMPANY_STREET", default=""),
    "postal_code": env("COMPANY_POSTAL_CODE", default=""),
    "town": env("COMPANY_TOWN", default=""),
    "email": env("COMPANY_EMAIL", default=""),
}
