from editorial.models.home import HomePage

__all__ = ["HomePage"]
