"""What the demo content looks like once read. Money is cents, dates are offsets in days before (or after) today."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class FAQ:
    question: str
    answer: str


@dataclass(frozen=True)
class DemoPractice:
    slug: str
    name: str
    noun_male: str
    noun_female: str
    aliases: tuple[str, ...]
    group: str
    summary: str
    description: tuple[str, ...]
    themes: tuple[str, ...]
    duration_minutes: tuple[int, int]
    price_cents: tuple[int, int]


@dataclass(frozen=True)
class DemoTown:
    name: str
    spots: tuple[tuple[str, str], ...]
    """(INSEE code, postal code), several where a city is divided in arrondissements."""
    people: int
    timezone: str


@dataclass(frozen=True)
class DemoPlace:
    town: str
    insee: str
    postal_code: str
    street: str
    complement: str
    access: str
    step_free: bool
    transport: str
    door_code: str
    timezone: str


@dataclass(frozen=True)
class DemoService:
    practice: str
    name: str
    description: str
    mode: str
    """cabinet, visio or domicile"""
    duration_minutes: int
    price_cents: int
    payment: str
    """none, deposit or full"""
    deposit_cents: int
    advance: str
    """arrhes or acompte"""
    confirmation: str
    """instant or request"""
    first_session: bool
    accepts_minors: bool
    seats: int
    buffer_after_minutes: int


@dataclass(frozen=True)
class DemoOpening:
    weekday: int
    """0 is Monday"""
    start: str
    end: str
    mode: str
    """cabinet, visio, domicile or empty for every mode"""
    weeks: str
    """all, even or odd (ISO week number)"""


@dataclass(frozen=True)
class DemoRefund:
    hours_before: int
    percent: int


@dataclass(frozen=True)
class DemoTraining:
    practice: str
    title: str
    year: int
    school: str


@dataclass(frozen=True)
class DemoPractitioner:
    key: str
    first_name: str
    last_name: str
    sex: str
    """f or m, so that texts agree; never shown or stored"""
    email: str
    phone: str
    noun: str
    headline: str
    word: str
    approach: str
    practices: tuple[str, ...]
    themes: tuple[str, ...]
    services: tuple[DemoService, ...]
    languages: tuple[str, ...]
    payment_methods: tuple[str, ...]
    home_radius_km: int | None
    place: DemoPlace
    receives_at_place: bool
    """False: video only; the place is then the official address"""
    faq: tuple[FAQ, ...]
    trainings: tuple[DemoTraining, ...]
    insurer: str
    insurance_number: str
    insurance_in_days: int
    mediator: str
    mediator_contact: str
    legal_form: str
    capital_cents: int | None
    siret: str
    vat_number: str
    opening: tuple[DemoOpening, ...]
    refunds: tuple[DemoRefund, ...]
    """Most generous first; below the last threshold nothing is given back."""
    notice_hours: int
    horizon_days: int
    online_booking: bool
    partner_software: bool
    listed_days_ago: int
    has_portrait: bool
    quality: float
    """Expected mean of the ratings, for the review generator"""
    busy: float
    """Share of the agenda to fill, 0 to 1"""


@dataclass(frozen=True)
class DemoApplication:
    person: DemoPractitioner
    status: str
    """applying, submitted or refused"""
    items: tuple[tuple[str, str, str], ...]
    """(kind, status, reason or evidence)"""
    days_ago: int
    reason: str = ""
    thread: tuple[tuple[str, str], ...] = ()
    """(applicant or team, message)"""


@dataclass(frozen=True)
class DemoReview:
    practitioner: str
    author: str
    rating: int
    text: str
    service: str
    mode: str
    happened_days_ago: int
    published_days_ago: int
    reply: str = ""
    replied_days_ago: int | None = None


@dataclass(frozen=True)
class DemoReport:
    target: str
    """review or profile"""
    practitioner: str
    ground: str
    text: str
    reporter: str
    days_ago: int
    status: str


@dataclass(frozen=True)
class Block:
    kind: str
    """heading, paragraph, list, steps, advice, doctor, testimonial, practitioners, call_to_book, faq, sources or known"""
    title: str = ""
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    faq: tuple[FAQ, ...] = ()
    author: str = ""
    sources: tuple[tuple[str, str, int], ...] = ()
    """(publisher, title, year)"""


@dataclass(frozen=True)
class DemoTheme:
    slug: str
    name: str
    title: str
    summary: str
    seo_description: str
    practices: tuple[str, ...]
    author: str
    reviewer: str
    reviewed_days_ago: int
    blocks: tuple[Block, ...] = field(default=())


@dataclass(frozen=True)
class DemoArticle:
    slug: str
    title: str
    summary: str
    author: str
    published_days_ago: int
    theme: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class DemoStructure:
    slug: str
    name: str
    legal_name: str
    siret: str
    headline: str
    description: tuple[str, ...]
    insee: str
    postal_code: str
    street: str
    email: str
    phone: str
    opening_hours: tuple[tuple[str, str], ...]
    services: tuple[str, ...]
    towns: tuple[str, ...]
    practitioners: tuple[str, ...]
    """keys of practitioners who work there"""


@dataclass(frozen=True)
class LegalArticle:
    key: str
    """stable anchor; the number shown is the position"""
    title: str
    paragraphs: tuple[str, ...]
    why: str = ""
    """why this article changed since the version before"""


@dataclass(frozen=True)
class LegalVersion:
    number: int
    published_days_ago: int
    effective_days_ago: int
    mode: str
    """inform, accept or notice"""
    notice_days: int
    summary: tuple[str, ...]
    articles: tuple[LegalArticle, ...]


@dataclass(frozen=True)
class LegalTranslation:
    """One version of a document in English, under the anchors of its French articles."""

    kind: str
    version: int
    title: str
    summary: tuple[str, ...]
    articles: dict[str, LegalArticle]


@dataclass(frozen=True)
class LegalDocument:
    kind: str
    slug: str
    title: str
    intro: str
    versions: tuple[LegalVersion, ...]
