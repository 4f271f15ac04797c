"""Whether this machine and this account are ready for the course, and how to mend what is not."""

from __future__ import annotations

from checkday.doctor.access import examine
from checkday.doctor.diagnosis import Diagnosis, Mark
from checkday.doctor.rights import Permissions, needed, permissions
from checkday.doctor.tools import machine
from checkday.doctor.witness import Witness

__all__ = ["Diagnosis", "Mark", "Permissions", "Witness", "examine", "machine", "needed", "permissions"]
