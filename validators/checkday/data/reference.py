"""The reference list of a music service: who plays which track. Every name is invented."""

from __future__ import annotations

from random import Random
from typing import TypedDict

from checkday.data.chance import seeded, shuffled

DOCS_SEED = 20251117
"""The seed behind the committed files, and so behind every number in the pages."""

GENRES = ("ballad", "electronic", "folk", "hip-hop", "pop", "rock")

ARTISTS = (
    "Ấm Trà Nguội", "Bạch Tuộc Uống Trà", "Bản Đồ Gấp Tám", "Bảy Con Ốc Sên", "Bến Xe Buýt 52",
    "Chảo Gang Ban Trưa", "Chuyến Xe Số 9", "Cột Mốc Số Không", "Đàn Kiến Tập Thể Dục",
    "Đèn Vàng Ngõ Nhỏ", "Đội Bóng Sân Gạch", "Gác Mái Mưa Dột", "Gió Qua Khe Cửa", "Hẻm Cụt 17",
    "Hội Người Dậy Sớm", "Kem Que Mùa Đông", "Mây Trên Phố", "Mười Hai Bậc Thang", "Nồi Cơm Cháy Cạnh",
    "Quạt Trần Số Ba", "Tàu Chợ Ga Xép", "Tổ Chim Cột Điện", "Ve Sầu Trực Đêm", "Vịt Qua Đường",
    "Bicycle Weather", "Half a Compass", "Lantern Bureau", "Moss and Modem", "Nine Loose Buttons",
    "Postcard Committee", "Quiet Spreadsheet", "Seventh Kettle", "Slow Ferry Choir", "Static Mango",
    "The Borrowed Umbrellas", "The Left Sandals", "The Patient Geckos", "Tin Roof Parliament",
    "Two Thirds Tuesday", "Umbrella for Fish",
)  # fmt: skip

# A title is an opening and an ending of one language: 100 + 64 titles to choose from.
OPENINGS_VI = (
    "Gửi", "Đợi", "Vẽ lại", "Đi tìm", "Ngủ quên cạnh", "Chào", "Mượn tạm", "Thư cho", "Hát cùng", "Nghĩ về",
)  # fmt: skip
ENDINGS_VI = (
    "chuyến phà sáu giờ", "con tem lệch răng cưa", "quán nước đầu ngõ", "chiếc dép bên trái",
    "cây bàng tầng hai", "chú mèo mái tôn", "tấm vé số hôm qua", "cơn mưa ngoài bãi xe",
    "ngọn đèn cầu thang", "cuốn lịch bóc dở",
)  # fmt: skip
OPENINGS_EN = (
    "Waiting for", "A letter to", "Half asleep on", "Goodbye to", "Learning from", "Under", "Counting",
    "Lost with",
)  # fmt: skip
ENDINGS_EN = (
    "the six o'clock ferry", "a borrowed bicycle", "the corner noodle shop", "seven paper boats",
    "the rooftop laundry", "an unlucky umbrella", "the last streetlight", "a very slow train",
)  # fmt: skip
TITLES = [
    f"{opening} {ending}"
    for openings, endings in ((OPENINGS_VI, ENDINGS_VI), (OPENINGS_EN, ENDINGS_EN))
    for opening in openings
    for ending in endings
]


class Track(TypedDict):
    """One line of the file, its fields in the file's order."""

    track_id: int
    track_name: str
    artist_name: str
    genre: str
    duration_s: int


def tracks(seed: int) -> list[Track]:
    """A hundred tracks of forty artists, the most frequent of whom has nine and no equal."""
    random = seeded(seed)
    # Zipf's law; this exponent makes forty rounded shares add up to a hundred tracks.
    shares = [round(9 / rank**0.506) for rank in range(1, len(ARTISTS) + 1)]
    artists = shuffled(ARTISTS, random)
    played_by = [artist for artist, share in zip(artists, shares, strict=True) for _ in range(share)]
    genre = {artist: GENRES[place % len(GENRES)] for place, artist in enumerate(artists)}
    lines = zip(shuffled(played_by, random), shuffled(TITLES, random), strict=False)
    return [
        Track(
            track_id=number,
            track_name=title,
            artist_name=artist,
            genre=genre[artist],
            duration_s=_duration(random),
        )
        for number, (artist, title) in enumerate(lines, start=1)
    ]


def _duration(random: Random) -> int:
    """Normal, 210 +/- 45 seconds: twelve dice come close, in whole numbers that no platform rounds apart."""
    dice = sum(int(random.random() * 1000) for _ in range(12))
    return min(max(210 + 45 * (dice - 5994) // 1000, 90), 420)
