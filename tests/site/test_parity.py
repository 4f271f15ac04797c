"""The two languages are in step, and each way of falling out of step is seen."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from checkday.authoring import parity

DOCS = Path(__file__).parents[2] / "docs"
NAME = "day1/bucket.md"
VI = """---
id: day1/bucket
minutes: 25
cost_usd: 0.02
milestones: [day1.bucket]
title: Tạo bucket
---
# Tạo bucket { #page }

Bài này mất 25 phút, cần 1.000 dòng và tốn 0,02 USD; xem [chuẩn bị](../prepare.md#account).

!!! tip "Mẹo"
    Tên nằm trong `$BUCKET`.

## Tạo { #bucket }

=== "Console"

    1. Bấm **Create bucket**.
    2. Bấm **Save changes** hai lần.

=== "CLI"

    ```bash title="Lệnh"
    --8<-- "cmd/day1/bucket.sh:create"
    aws s3 ls
    ```

- [ ] Đã tạo
- [ ] Đã xem

| Mã | Nghĩa |
| --- | --- |
| 404 | chưa có |

--8<-- "diagrams/day1.vi.svg"

### Chưa có { #bucket.missing }

Hòa, quý, khóa, hoàn, thủy, quỳ và khoáy đều đúng.
"""
EN = """---
id: day1/bucket
minutes: 25
cost_usd: 0.02
milestones: [day1.bucket]
title: Create the bucket
source_hash: "{hash}"
---
# Create the bucket {{ #page }}

See [prepare](../prepare.md#account): 1,000 lines for 0.02 USD in 25 minutes.

!!! tip "Tip"
    The name stands in `$BUCKET`.

## Create {{ #bucket }}

=== "Console"

    1. Choose **Create bucket**.
    2. Choose **Save changes** twice.

=== "CLI"

    ```bash title="Command"
    --8<-- "cmd/day1/bucket.sh:create"
    aws s3 ls
    ```

- [ ] Created
- [ ] Looked

| Code | Meaning |
| --- | --- |
| 404 | missing |

--8<-- "diagrams/day1.en.svg"

### Missing {{ #bucket.missing }}

All well.
"""


@pytest.fixture
def docs(tmp_path):
    """One page in both languages, in step."""
    files = {
        f"vi/{NAME}": VI,
        f"en/{NAME}": EN.format(hash=parity.digest(VI)),
        "_shared/abbr/terms.vi.yaml": "tập tin: tệp\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def edit(docs, language, old, new):
    path = docs / language / NAME
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    parity.refresh_source_hashes(docs)


def rules(docs):
    return {fault.rule for fault in parity.faults(docs)}


def test_pages_in_step_have_no_fault(docs):
    assert parity.faults(docs) == []


@pytest.mark.parametrize(
    ("language", "old", "new", "rule"),
    [
        ("en", "{ #bucket }", "{ #buckets }", "headings"),
        ("en", "## Create {", "### Create {", "headings"),
        ("en", "## Create { #bucket }", "## Create", "no_heading_id"),
        ("vi", "{ #bucket.missing }", "{ #bucket }", "same_heading_id"),
        ("en", "aws s3 ls", "aws s3  ls", "code"),
        ("vi", "```bash", "```sh", "code"),
        ("en", "bucket.sh:create", "bucket.sh:private", "includes"),
        ("en", "diagrams/day1", "diagrams/day2", "includes"),
        ("en", "cost_usd: 0.02", "cost_usd: 0.03", "front_matter"),
        ("en", "minutes: 25\n", "", "front_matter"),
        ("en", "milestones: [day1.bucket]", "milestones: []", "front_matter"),
        ("en", "id: day1/bucket", "id: day1/buckets", "no_id"),
        ("en", "25 minutes", "20 minutes", "numbers"),
        ("en", "1,000", "1.000", "numbers"),
        ("vi", "0,02", "0,2", "numbers"),
        ("en", '=== "CLI"', '    "CLI"', "tabs"),
        ("en", "!!! tip", "!!! note", "admonitions"),
        ("vi", '!!! tip "Mẹo"', "!!! tip", "no_title"),
        ("en", "- [ ] Looked\n", "", "tasks"),
        ("en", "    2. Choose", "    Choose", "items"),
        ("en", "| 404 | missing |\n", "", "tables"),
        ("en", "prepare.md#account", "prepare.md", "links"),
        ("en", "`$BUCKET`", "`$BUCKETS`", "terms"),
        ("en", "**Save changes**", "**Save**", "labels"),
        ("vi", "Đã xem", unicodedata.normalize("NFD", "Đã xem"), "not_nfc"),
        ("vi", "khóa", "khoá", "tone_placement"),
        ("vi", "Hòa", "Hoà", "tone_placement"),
        ("vi", "thủy", "thuỷ", "tone_placement"),
        ("vi", "404 | chưa có", "404 | chưa có Tập tin", "glossary"),
    ],
)
def test_planted_fault_is_seen(docs, language, old, new, rule):
    edit(docs, language, old, new)
    assert rule in rules(docs)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_lost_page_is_seen(docs, language):
    (docs / language / NAME).unlink()
    assert [(fault.page, fault.rule) for fault in parity.faults(docs)] == [(NAME, "missing_page")]


def test_source_that_changed_later_is_seen_until_the_hash_is_refreshed(docs):
    path = docs / "vi" / NAME
    path.write_text(VI.replace("Mẹo", "Lời khuyên"), encoding="utf-8")
    assert rules(docs) == {"source_hash"}
    assert parity.refresh_source_hashes(docs) == [NAME]
    assert rules(docs) == set()
    assert parity.refresh_source_hashes(docs) == []


def test_a_fault_says_what_each_language_has_alone(docs):
    edit(docs, "en", "25 minutes", "20 minutes")
    (fault,) = parity.faults(docs)
    assert (fault.vi, fault.en) == ((("#page", "25"),), (("#page", "20"),))


def test_real_pages_are_in_step():
    assert parity.faults(DOCS) == []
