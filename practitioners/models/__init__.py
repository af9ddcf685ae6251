from practitioners.models.application import ApplicationItem, FileEvent
from practitioners.models.catalogue import Practice, Theme
from practitioners.models.contract_end import ContractEnd, FormalNotice
from practitioners.models.ended_mark import EndedMark
from practitioners.models.harvest import Harvest
from practitioners.models.page import ProfileIndexPage, ProfilePage
from practitioners.models.page_figure import PageFigure
from practitioners.models.practitioner import Practitioner, PractitionerPractice
from practitioners.models.review import Review, ReviewInvitation
from practitioners.models.saved_reply import SavedReply
from practitioners.models.service import PracticePlace, Service
from practitioners.models.structure import Structure, StructureIndexPage, StructureObjection, StructurePage

__all__ = [
    "ApplicationItem",
    "ContractEnd",
    "EndedMark",
    "FileEvent",
    "FormalNotice",
    "Harvest",
    "PageFigure",
    "Practice",
    "PracticePlace",
    "Practitioner",
    "PractitionerPractice",
    "ProfileIndexPage",
    "ProfilePage",
    "Review",
    "ReviewInvitation",
    "SavedReply",
    "Service",
    "Structure",
    "StructureIndexPage",
    "StructureObjection",
    "StructurePage",
    "Theme",
]
