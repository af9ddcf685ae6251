from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        from common import history, privacy_register, references

        references.follow_content_only()
        privacy_register.register()
        history.watch("common_readinglog", "read_at", "reader_id", "subject", "reason", "read_at")
