"""Services of one practitioner: names and prices of the practice, bent a little so that no two price lists are alike."""

from random import Random
from typing import Any

from common.money import percent_of
from demo.content.shapes import DemoService

MODES = {"c": "cabinet", "v": "visio", "d": "domicile"}
SUFFIXES = {"cabinet": "", "visio": ", en visio", "domicile": ", à domicile"}
FEE_BASIS_POINTS, FEE_FIXED_CENTS = 300, 65


def fee_cents(price_cents: int) -> int:
    """The platform's fee, to keep every advance above it."""
    return percent_of(price_cents, FEE_BASIS_POINTS) + FEE_FIXED_CENTS


def deposit_for(price_cents: int, percent: int) -> int:
    """About `percent` of the price, in steps of 5 €, always above the fee."""
    wanted = round(price_cents * percent / 50_000) * 500
    smallest = -(-(fee_cents(price_cents) + 1) // 500) * 500
    return min(price_cents, max(500, wanted, smallest))


def services_of(
    random: Random, rows: list[dict[str, Any]], *, receives: bool, visits: bool, online: bool, showcase: bool
) -> tuple[DemoService, ...]:
    level = random.choice((-5, 0, 0, 0, 5, 5, 10))
    payment = "deposit" if showcase else random.choice(("deposit", "deposit", "full", "none"))
    advance = "arrhes" if showcase or random.random() < 0.85 else "acompte"
    confirmation = "instant" if showcase or random.random() < 0.88 else "request"
    percent = random.choice((20, 30, 30, 40))
    pause = random.choice((0, 10, 15, 15))
    wanted: list[tuple[dict[str, Any], dict[str, Any], str]] = []
    for rank, row in enumerate(rows):
        offered = row["services"][:2] + [service for service in row["services"][2:] if random.random() < 0.6]
        for service in offered if rank == 0 else row["services"][:1]:
            modes = [MODES[letter] for letter in service["at"]]
            allowed = [mode for mode in modes if (mode == "visio") != receives or (mode == "domicile" and visits)]
            if receives and "visio" in modes and not service.get("seats") and random.random() < 0.3:
                allowed.append("visio")
            if "domicile" in allowed and not visits:
                allowed.remove("domicile")
            wanted.extend((row, service, mode) for mode in allowed)
    found, names = [], set()
    for row, service, mode in wanted[:5]:
        main_mode = "cabinet" if receives else "visio"
        name = service["name"]
        if row is not rows[0] and row["name"].split()[0].lower() not in name.lower():
            name = f"{name} ({row['name'].split(' (')[0]})"
        name += "" if mode == main_mode else SUFFIXES[mode]
        if name in names:
            continue
        names.add(name)
        group = service.get("seats", 1) > 1
        price = service["price"] * 100 + (0 if group else level * 100) + (1_500 if mode == "domicile" else 0)
        how = "full" if group and payment != "none" else payment
        found.append(
            DemoService(
                practice=row["slug"],
                name=name,
                description=service["text"],
                mode=mode,
                duration_minutes=service["min"],
                price_cents=price,
                payment=how if online else "none",
                deposit_cents=deposit_for(price, percent) if online and how == "deposit" else 0,
                advance=advance,
                confirmation=confirmation,
                first_session=service.get("first", False),
                accepts_minors=service.get("minors", False),
                seats=service.get("seats", 1),
                buffer_after_minutes=pause,
            )
        )
    return tuple(found)
