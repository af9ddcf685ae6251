"""Personal data of invoices (Annexe A)."""

from common.privacy import Activity, Binding, Retention, declare, exempt


def register() -> None:
    declare(
        Activity(
            key="invoices",
            purpose="Établir, transmettre et conserver les factures et les avoirs",
            people=("clients", "praticiens"),
            legal_basis="Obligation légale (facturation, comptabilité), exécution du contrat et du mandat de facturation",
            retention=Retention(months=60, starts="fin du contrat", archive_months=60),
            recipients=("le praticien concerné", "son comptable, par ses exports"),
            security="Lisibles par le seul destinataire et l’émetteur ; inaltérables une fois émises.",
            bindings=(
                Binding(
                    "booking.Invoice",
                    ("issuer", "practitioner", "client", "appointment", "seller", "buyer", "notes", "reason"),
                ),
                Binding("booking.InvoiceLine", ("label", "detail", "served_on")),
                Binding("booking.InvoiceFile", ("content",)),
                Binding("booking.InvoicingSettings", ("practitioner", "vat")),
                Binding(
                    "booking.BillingDetails", ("user", "name", "street", "postal_code", "town", "siren", "vat_number")
                ),
            ),
        ),
    )
    exempt("booking.InvoiceSeries", "Compteur de numéros par émetteur et par année.")
