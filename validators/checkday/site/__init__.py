"""The course's web site: built, served on this machine, or packed into one file."""

from __future__ import annotations

from checkday.site.building import build
from checkday.site.packing import pack, released
from checkday.site.serving import PORT, listen, serve

__all__ = ["PORT", "build", "listen", "pack", "released", "serve"]
