from search.models.entry import SearchEntry, SearchPoint
from search.models.page import PageEntry
from search.models.prior import RankingPrior

__all__ = ["PageEntry", "RankingPrior", "SearchEntry", "SearchPoint"]
