from django.apps import AppConfig


class LegalConfig(AppConfig):
    name = "legal"

    def ready(self) -> None:
        from accounts.roles import Role, permissions
        from common import outbox
        from legal import (
            breaches,
            drafting_privacy,
            listeners,
            notices,
            oversight,
            privacy,
            proof_files,
            providers,
            receipt_mails,
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
        outbox.renderers.register(receipt_mails.RENDERER, outbox.Renderer(receipt_mails.render, receipt_mails.unwanted))
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
