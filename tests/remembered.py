"""A source whose answers are kept, so that many judgements of one account ask it only once."""


class Remembered:
    """Answers from one run to the next; those to some looks come from another source."""

    def __init__(self, source):
        self.source, self.kept = source, {}

    def fetch(self, look):
        if look not in self.kept:
            self.kept[look] = self.source.fetch(look)
        return self.kept[look]

    def but(self, wanted, other):
        """This source, and the other one for looks that are `wanted`."""
        return _But(self, wanted, other)


class _But:
    def __init__(self, usual, wanted, other):
        self.usual, self.wanted, self.other = usual, wanted, other

    def fetch(self, look):
        return (self.other if self.wanted(look) else self.usual).fetch(look)
