from search.models.alert import AlertConsent, AlertConsentDetail, AlertSighting, SearchAlert
from search.models.change import PendingChange, Tally, TallyDelta
from search.models.entry import FacetBit, SearchEntry, SearchPoint
from search.models.favourite import Favourite
from search.models.index import IndexReport, IndexState
from search.models.landing import FormerSlug, LandingIntro, LandingPage
from search.models.page import PageEntry
from search.models.prior import RankingPrior
from search.models.synonym import LexiconStamp, SampleSearch, SynonymGroup
from search.models.usual_search import UsualSearch
from search.models.word import SearchWord

__all__ = [
    "AlertConsent",
    "AlertConsentDetail",
    "AlertSighting",
    "FacetBit",
    "Favourite",
    "FormerSlug",
    "IndexReport",
    "IndexState",
    "LandingIntro",
    "LandingPage",
    "LexiconStamp",
    "PageEntry",
    "PendingChange",
    "RankingPrior",
    "SampleSearch",
    "SearchAlert",
    "SearchEntry",
    "SearchPoint",
    "SearchWord",
    "SynonymGroup",
    "Tally",
    "TallyDelta",
    "UsualSearch",
]
