"""Weekly opening rules people really keep: split days, a late evening, every other Saturday."""

from random import Random

from demo.content.shapes import DemoOpening

# (weekdays, [(start, end), ...], weeks); 0 is Monday.
Rule = tuple[tuple[int, ...], tuple[tuple[str, str], ...], str]
PATTERNS: tuple[tuple[Rule, ...], ...] = (
    (((0, 1, 3, 4), (("09:00", "12:30"), ("14:00", "18:30")), "all"),),
    (((1, 2, 3, 4), (("10:00", "13:00"), ("14:00", "19:00")), "all"), ((5,), (("09:00", "13:00"),), "all")),
    (((0, 2, 4), (("09:30", "12:30"), ("13:30", "19:30")), "all"),),
    (((0, 1, 3), (("17:30", "21:00"),), "all"), ((5,), (("09:00", "17:00"),), "all")),
    (((1, 3), (("08:00", "12:00"), ("13:00", "20:00")), "all"), ((5,), (("09:00", "12:00"),), "odd")),
    (((0, 1, 2, 3, 4), (("08:30", "12:00"),), "all"), ((1, 3), (("16:00", "19:30"),), "all")),
    (
        ((0, 1), (("09:00", "18:00"),), "even"),
        ((3, 4), (("09:00", "18:00"),), "odd"),
        ((2,), (("14:00", "20:00"),), "all"),
    ),
    (((2, 3, 4), (("10:00", "18:00"),), "all"), ((5,), (("10:00", "16:00"),), "even")),
    (((0, 1, 2, 3, 4), (("12:00", "14:30"), ("18:00", "20:30")), "all"),),
)


def opening_rules(random: Random) -> tuple[DemoOpening, ...]:
    rules = [
        DemoOpening(weekday, start, end, "", weeks)
        for weekdays, ranges, weeks in random.choice(PATTERNS)
        for weekday in weekdays
        for start, end in ranges
    ]
    return tuple(sorted(rules, key=lambda rule: (rule.weekday, rule.start, rule.weeks)))
