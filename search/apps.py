from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        from common import health
        from common.registry import profile_panels
        from search import contributions, engines, favourites, privacy, receivers, sign_in

        privacy.register()
        contributions.register()
        health.register("search", engines.health)
        profile_panels.register("favourite", favourites.profile_panel, order=20)
        self.receivers = receivers, sign_in
