from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        from common import antivirus, health, history, privacy_register, references

        references.follow_content_only()
        privacy_register.register()
        health.register("antivirus", antivirus.state)
        history.watch("common_readinglog", "read_at", "reader_id", "subject", "reason", "read_at")
