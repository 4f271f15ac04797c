"""A scheduler that wants certificates, and an instructor who has none."""

import pytest

from checkday.cohort.executors import crew
from checkday.errors import BadSetting


def test_tls_without_certificates_is_told_as_such():
    with pytest.raises(BadSetting, match=r"grade\.no_certificates"), crew("tls://127.0.0.1:1", accounts=1):
        pass
