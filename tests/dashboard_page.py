"""A dashboard's page from rows written by hand, without any AWS."""

from collections import Counter
from datetime import UTC, datetime

from checkday.dashboard import asking, figures, page
from checkday.dashboard.asking import Answer
from checkday.dashboard.place import Place, cost

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    "]]><!--",
    "&lt;b&gt;",
    "{{ 7 * 7 }} {% raw %}",
    "\x1b[31mred\x07",
    "right\u202etfel\u2066",
    "url(https://example.org/x)",
    "</svg></style></title>",
    "{'signal': 'alert(1)'}",
)
CELLS = {
    ("8", "Đợi ngọn đèn cầu thang"): 300,
    ("8", "Under a very slow train"): 20,
    ("0", "Under a very slow train"): 7,
    ("10", "Đợi ngọn đèn cầu thang"): 7,
}


def answers(cells=CELLS, artists=None):
    """Both answers; without artists, each track has one of its name."""
    artists = artists or _by_track(cells)
    heat = [[device, track, str(plays)] for (device, track), plays in cells.items()]
    tree = [[artist, str(plays)] for artist, plays in artists.items()]
    return (
        Answer("query-one", ["device_id", "track_name", "plays"], heat, 1_234_567),
        Answer("query-two", ["artist_name", "plays"], tree, 234_567),
    )


def _by_track(cells):
    found = Counter()
    for (_, track), plays in cells.items():
        found[track] += plays
    return found


def rendered(language="en", origin="simulated", **rows):
    """The page's text."""
    heat, tree = answers(**rows)
    place = Place.of("an01", "123456789012", "ap-southeast-1")
    head = page.Origin(
        learner="an01", place=place, origin=origin, at=datetime(2026, 1, 15, 8, 30, tzinfo=UTC)
    )
    queries = list(zip(asking.statements().values(), (heat, tree), strict=True))
    price = cost(place.region, heat.scanned, tree.scanned)
    return page.render(figures.read(heat, tree), head, queries, price, language)


def large(devices=51, tracks=30):
    """As many cells as the course's own data has."""
    names = [f"Bài hát số {number}, đợi chuyến phà sáu giờ" for number in range(tracks)]
    return {
        (str(device), name): 300 if device == place else 1 + 60 // (1 + place) + device % 3
        for device in range(devices)
        for place, name in enumerate(names)
    }
