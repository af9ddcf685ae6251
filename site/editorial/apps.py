from django.apps import AppConfig


class EditorialConfig(AppConfig):
    name = "editorial"

    def ready(self) -> None:
        from accounts.roles import Role, permissions
        from editorial import claims, privacy, receivers, videos  # noqa: F401
        from editorial.letters import mails

        privacy.register()
        claims.register()
        videos.register()
        mails.register()
        permissions.register(
            "letters",
            (Role.EDITOR, ["editorial.view_letter", "editorial.add_letter", "editorial.change_letter"]),
        )
