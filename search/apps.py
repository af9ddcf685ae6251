from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        from common import health
        from search import engines, privacy, receivers

        privacy.register()
        health.register("search", engines.health)
        self.receivers = receivers
