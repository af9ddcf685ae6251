from search.models.change import PendingChange, Tally, TallyDelta
from search.models.entry import FacetBit, SearchEntry, SearchPoint
from search.models.page import PageEntry
from search.models.prior import RankingPrior

__all__ = [
    "FacetBit",
    "PageEntry",
    "PendingChange",
    "RankingPrior",
    "SearchEntry",
    "SearchPoint",
    "Tally",
    "TallyDelta",
]
