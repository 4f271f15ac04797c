"""What of one learner is still in the account, what it costs, and the commands that would remove it."""

from __future__ import annotations

from checkday.leftovers.find import find, known_roles
from checkday.leftovers.items import Item, Leftovers, Unseen

__all__ = ["Item", "Leftovers", "Unseen", "find", "known_roles"]
