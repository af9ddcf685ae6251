from django.apps import AppConfig


class LegalConfig(AppConfig):
    name = "legal"

    def ready(self) -> None:
        from accounts.roles import Role, permissions
        from legal import (
            breaches,
            drafting_privacy,
            listeners,
            notices,
            oversight,
            privacy,
            proof_files,
            providers,
            requests,
        )
        from legal.claims import pages as claim_pages
        from legal.claims import privacy as claims
        from legal.consents import privacy as consents
        from legal.exchanges import privacy as exchanges

        privacy.register()
        claims.register()
        claim_pages.connect()
        consents.register()
        exchanges.register()
        drafting_privacy.register()
        listeners.connect()
        notices.connect()
        requests.register()
        proof_files.register()
        providers.register()
        breaches.register()
        oversight.register()
        permissions.register(
            "legal documents",
            (
                Role.LEGAL,
                [
                    "wagtailadmin.access_admin",
                    "legal.view_legaldocument",
                    "legal.view_legalversion",
                    "legal.add_legalversion",
                    "legal.change_legalversion",
                    "legal.publish_legalversion",
                    "legal.view_acceptance",
                ],
            ),
        )
        permissions.register(
            "reports", (Role.MODERATION, ["wagtailadmin.access_admin", "legal.view_report", "legal.change_report"])
        )
