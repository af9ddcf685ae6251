"""Calendars elsewhere: read for busy times, written with appointments. Nothing they do changes an appointment."""
