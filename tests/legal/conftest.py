from tests.plugins.evidence_flush import _evidence_can_be_flushed  # noqa: F401 - a fixture
