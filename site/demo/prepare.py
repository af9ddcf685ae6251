"""Everything that has to be in place before the site is served, in one process: `python -m demo.prepare`."""

import logging
import sys
import time
from collections.abc import Callable

import django


def step(title: str, work: Callable[[], object]) -> None:
    sys.stdout.write(f"· {title}")
    sys.stdout.flush()
    start = time.monotonic()
    work()
    sys.stdout.write(f" ({time.monotonic() - start:.1f} s)\n")
    sys.stdout.flush()


def main() -> None:
    from demo.catalogues import compile_catalogues

    step("translations", compile_catalogues)
    django.setup()
    # Each page that is made would log ten lines here.
    logging.getLogger().setLevel(logging.WARNING)
    for name in ("wagtail", "django_tasks"):
        logging.getLogger(name).setLevel(logging.WARNING)
    from django.core.management import call_command

    from demo import tables

    step("database tables", tables.make)
    step("static files", lambda: call_command("collectstatic", verbosity=0, interactive=False))
    sys.stdout.write("· demo content\n")
    call_command("seed_demo")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:  # the terminal sends Ctrl-C to this process too; who started it says what happens
        sys.exit(130)
