"""Day 2 of the small course."""

from checkday.lab import Evidence, Lab, Pending


def data(lab: Lab) -> Evidence:
    if not lab.read("s3", "list_objects_v2"):
        raise Pending("waiting", 30, key="data/raw/")
    return {"lines": 1}
