"""Working days of France: Monday to Friday, without the eleven public holidays."""

import datetime as dt

_FIXED = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}


def easter(year: int) -> dt.date:
    """Gauss's rule as Meeus wrote it down, for the Gregorian calendar."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return dt.date(year, month, day + 1)


def is_working(day: dt.date) -> bool:
    moving = {easter(day.year) + dt.timedelta(days=shift) for shift in (1, 39, 50)}
    return day.weekday() < 5 and (day.month, day.day) not in _FIXED and day not in moving


def after(day: dt.date, count: int) -> dt.date:
    """The day that is `count` working days after `day`."""
    while count:
        day += dt.timedelta(days=1)
        count -= is_working(day)
    return day
