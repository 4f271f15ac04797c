"""Day 6's staff: a thousand people of a company that does not exist, under names that nobody bears."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import count
from random import Random

from checkday.data.chance import seeded, shuffled
from checkday.data.table import Row, table

COLUMNS = (
    "id", "name", "title", "dept", "city", "district", "hire_date", "prev_title", "prev_end", "is_manager",
)  # fmt: skip

CITIES: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "TP. Hồ Chí Minh": (223, ("Quận 1", "Quận 3", "Gò Vấp", "Bình Thạnh", "Thủ Đức")),
    "Hà Nội": (203, ("Ba Đình", "Cầu Giấy", "Đống Đa", "Hoàn Kiếm", "Tây Hồ")),
    "Đà Nẵng": (91, ("Hải Châu", "Sơn Trà", "Ngũ Hành Sơn")),
    "Cần Thơ": (79, ("Ninh Kiều", "Cái Răng")),
    "Hải Phòng": (77, ("Lê Chân", "Ngô Quyền")),
    "Huế": (69, ("Vỹ Dạ", "Phú Hội")),
    "Nha Trang": (61, ("Lộc Thọ", "Vĩnh Hải")),
    "Đà Lạt": (55, ("Phường 1", "Phường 8")),
    "Biên Hòa": (49, ("Tân Phong", "Trảng Dài")),
    "Vinh": (39, ("Hưng Bình", "Trường Thi")),
    "Quy Nhơn": (29, ("Ghềnh Ráng", "Nhơn Bình")),
    "Buôn Ma Thuột": (25, ("Ea Tam", "Tân Lợi")),
}
"""City -> how many work there, and its districts."""

DEPARTMENTS: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "Engineering": (
        451,
        ("Backend Engineer", "Frontend Engineer", "Mobile Engineer", "Data Engineer", "Platform Engineer",
         "Cloud Engineer", "Firmware Engineer", "Build Engineer"),
    ),
    "Operations": (
        258,
        ("Warehouse Planner", "Route Planner", "Fleet Keeper", "Store Lead", "Buyer", "Stock Counter",
         "Packing Lead", "Bicycle Mechanic"),
    ),
    "Support": (
        250,
        ("Phone Agent", "Chat Agent", "Returns Agent", "Forum Host", "Letter Writer", "Complaint Reader",
         "Guide Author", "Call Planner"),
    ),
    "Quality": (
        31,
        ("Test Writer", "Test Runner", "Load Tester", "Print Inspector", "Brake Inspector", "Audit Clerk",
         "Sample Keeper", "Defect Sorter"),
    ),
    "Security": (
        10,
        ("Key Keeper", "Log Reader", "Gate Guard", "Risk Clerk", "Threat Modeller", "Access Clerk",
         "Incident Caller", "Fraud Reader"),
    ),
}  # fmt: skip
"""Department -> how many work in it, and its titles."""

PEOPLE, MANAGERS, PROMOTED = 1_000, 80, 637
"""Everybody, those who lead others, and those who had another title before."""

_FIRST = ("Anh", "Bác", "Bé", "Chị", "Chú", "Cô", "Cậu", "Dì", "Mợ", "Út")
_MIDDLE = (
    "Ốc", "Sóc", "Dế", "Nhím", "Cua", "Vịt", "Mèo", "Cá", "Bống", "Sáo", "Diều", "Mây", "Nơm", "Gáo", "Thúng",
)  # fmt: skip
_LAST = ("Xanh", "Đỏ", "Tím", "Vàng", "Nâu", "Hay Cười", "Ngủ Trưa", "Dậy Sớm", "Ăn Chay", "Đi Bộ", "Hát Hay")
_FIRST_DAY = date(2009, 3, 2)
_OF_OTHER_LABS = frozenset({9, 18, 46, 47, 84, 197})


def files(seed: int) -> dict[str, bytes]:
    """The list of everybody."""
    rows = next(rows for at in count() if is_sane(rows := _rows(seeded(seed + at))))
    return {"ddb/staff.csv": table(COLUMNS, rows)}


def is_sane(rows: Sequence[Row]) -> bool:
    """Whether every title is somebody's, and no list's first places have a tie or another lab's number."""
    titles, before = Counter(row[2] for row in rows), Counter(row[7] for row in rows if row[7])
    cities = Counter(row[4] for row in rows)
    leading = Counter(row[3] for row in rows if row[9])
    everything = {title for _, those in DEPARTMENTS.values() for title in those}
    tops = [[number for _, number in one.most_common(3)] for one in (titles, before, cities, leading)]
    return (
        titles.keys() == before.keys() == everything
        and all(len(set(top)) == len(top) and _OF_OTHER_LABS.isdisjoint(top) for top in tops)
        and _OF_OTHER_LABS.isdisjoint(cities.values())
    )


def _rows(random: Random) -> list[Row]:
    names = shuffled([f"{one} {two} {three}" for one in _FIRST for two in _MIDDLE for three in _LAST], random)
    cities = shuffled(_each(CITIES), random)
    departments = shuffled(_each(DEPARTMENTS), random)
    promoted = set(shuffled(range(PEOPLE), random)[:PROMOTED])
    leads = {True: "1", False: ""}
    managers = set(shuffled(range(PEOPLE), random)[:MANAGERS])
    people = enumerate(zip(names, cities, departments, strict=False))
    return [
        (
            str(at + 1),
            name,
            *_work(department, city, random, is_promoted=at in promoted),
            leads[at in managers],
        )
        for at, (name, city, department) in people
    ]


def _work(department: str, city: str, random: Random, *, is_promoted: bool) -> Row:
    """From the title to the end of the one before."""
    title, district = _one(DEPARTMENTS[department][1], random), _one(CITIES[city][1], random)
    hired = _FIRST_DAY + timedelta(days=int(random.random() * 5_900))
    others = [one for _, titles in DEPARTMENTS.values() for one in titles if one != title]
    before = _one(others, random) if is_promoted else ""
    ended = str(hired - timedelta(days=1 + int(random.random() * 90))) if before else ""
    return title, department, city, district, str(hired), before, ended


def _each(numbers: Mapping[str, tuple[int, Sequence[str]]]) -> Iterator[str]:
    for name, (number, _) in numbers.items():
        yield from [name] * number


def _one(options: Sequence[str], random: Random) -> str:
    return options[int(random.random() * len(options))]
