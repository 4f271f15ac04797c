"""Items through the forms: every type comes back as it was, and nobody loses what another has written."""

from __future__ import annotations

import base64
import json
import re

import pytest

from checkday.console.visit import token_of

FULL = {
    "id": {"S": "all"},
    "text": {"S": 'hai dòng\nvà "ngoặc" <b>&amp;</b>\t.'},
    "number": {"N": "12345678901234567890.12345678901234567"},
    "bytes": {"B": b"\x00\xffhello"},
    "yes": {"BOOL": True},
    "no": {"BOOL": False},
    "nothing": {"NULL": True},
    "strings": {"SS": ["Huế", "<script>", "Đà Nẵng"]},
    "numbers": {"NS": ["1", "2.5", "-3"]},
    "binaries": {"BS": [b"a", b"\x00"]},
    "list": {"L": [{"S": "a"}, {"N": "1"}, {"L": []}, {"BOOL": True}, {"NULL": True}, {"SS": ["x"]}]},
    "map": {"M": {"inner": {"M": {"deep": {"B": b"\x01"}, "set": {"NS": ["7"]}}}, "none": {"M": {}}}},
}


def stored(dynamodb, table, **key):
    return dynamodb.get_item(TableName=table, Key=key or {"id": {"S": "all"}}, ConsistentRead=True).get(
        "Item"
    )


def edit(visitor, form, table, key=None, **query):
    return form(
        visitor.get("/dynamodb/edit", table=table, key=token_of(key or {"id": {"S": "all"}}), **query)
    )


def sets_sorted(value):
    if isinstance(value, dict):
        return {
            k: sorted(v) if k in {"SS", "NS", "BS"} and isinstance(v, list) else sets_sorted(v)
            for k, v in value.items()
        }
    return [sets_sorted(one) for one in value] if isinstance(value, list) else value


def test_item_with_every_type_survives_an_edit_of_one_attribute(visitor, form, table, dynamodb):
    name = table(FULL)
    page = edit(visitor, form, name)
    page.set("yes", "false")
    assert "Đã lưu." in visitor.follow(visitor.post(page.address, page.fields)).text
    assert sets_sorted(stored(dynamodb, name)) == sets_sorted(FULL | {"yes": {"BOOL": False}})


@pytest.mark.parametrize("attribute", sorted(FULL.keys() - {"id"}))
def test_value_typed_into_a_new_item_is_the_one_that_was_shown(visitor, form, table, dynamodb, attribute):
    name = table({"id": {"S": "all"}, attribute: FULL[attribute]})
    shown = edit(visitor, form, name)
    at = shown.row(attribute)
    page = form(visitor.get("/dynamodb/new", table=name))
    page.fields["text-0"] = "copy"
    page.add(attribute, shown.fields[f"kind-{at}"], shown.fields[f"text-{at}"])
    assert visitor.post(page.address, page.fields).status == 303
    copy = stored(dynamodb, name, id={"S": "copy"})
    assert sets_sorted(copy) == sets_sorted({"id": {"S": "copy"}, attribute: FULL[attribute]})


def test_item_survives_the_way_through_json(visitor, form, table, dynamodb):
    name = table(FULL)
    page = edit(visitor, form, name)
    page.fields["action"] = "json"
    as_json = form(visitor.post(page.address, page.fields))
    typed = json.loads(as_json.fields["json"])
    assert typed["bytes"] == {"B": base64.b64encode(b"\x00\xffhello").decode()}
    as_json.fields["json"] = json.dumps(typed | {"more": {"NS": ["1.5", "2"]}})
    assert visitor.post(as_json.address, as_json.fields).status == 303
    assert sets_sorted(stored(dynamodb, name)) == sets_sorted(FULL | {"more": {"NS": ["1.5", "2"]}})


def test_attribute_is_added_retyped_and_removed(visitor, form, table, dynamodb):
    name = table({"id": {"S": "all"}, "a": {"N": "1"}, "b": {"S": "x"}})
    page = edit(visitor, form, name)
    page.set("a", "1\n2", "NS")
    page.add("c", "SS", "Huế\n\n Đà Nẵng ")
    page.drop("b")
    assert visitor.post(page.address, page.fields).status == 303
    wanted = {"id": {"S": "all"}, "a": {"NS": ["1", "2"]}, "c": {"SS": ["Huế", "Đà Nẵng"]}}
    assert sets_sorted(stored(dynamodb, name)) == sets_sorted(wanted)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("N", "1,5", "1,5 is not a number"),
        ("N", "NaN", "NaN is not a number"),
        ("B", "not base64!", "this is not base64"),
        ("BOOL", "yes", "only true or false"),
        ("SS", "", "at least one element"),
        ("SS", "a\na", "stands twice in the set"),
        ("NS", "1\nx", "x is not a number"),
        ("M", "{", "This is not JSON"),
        ("M", '{"a": 1}', "exactly one type"),
        ("M", '{"a": {"N": 1}}', "must be in quotation marks"),
        ("M", '{"a": {"S": "1"}, "a": {"S": "2"}}', "The name a stands twice"),
        ("L", "[" * 5000 + "]" * 5000, "nested too deeply"),
        ("L", '[{"S": "\\ud800"}]', "half a Unicode character"),
        ("S_JSON", "plain", "This is not JSON"),
        ("XX", "a", "exactly one type"),
    ],
)
def test_what_is_not_of_its_type_is_told_and_stays_on_the_page(
    visitor, form, table, dynamodb, kind, text, said
):
    name = table({"id": {"S": "all"}})
    page = form(visitor.get("/dynamodb/edit", "en", table=name, key=token_of({"id": {"S": "all"}})))
    page.add("a", kind, text)
    answer = visitor.post(page.address, page.fields)
    assert answer.status == 422
    assert said in answer.text
    assert 'aria-invalid="true" aria-describedby="problem-1"' in answer.text
    if kind != "XX":
        assert form(answer).fields["text-1"] == text
    assert stored(dynamodb, name) == {"id": {"S": "all"}}


def test_two_editors_of_other_attributes_lose_nothing(visitor, form, table, dynamodb):
    name = table({"id": {"S": "all"}, "a": {"S": "old"}, "b": {"SS": ["x", "y"]}})
    mine, theirs = edit(visitor, form, name), edit(visitor, form, name)
    theirs.set("a", "theirs")
    theirs.add("new", "N", "5")
    assert visitor.post(theirs.address, theirs.fields).status == 303
    mine.set("b", "x\nz")
    answer = visitor.post(mine.address, mine.fields)
    assert answer.status == 409
    assert "có người vừa sửa item này" in answer.text
    assert stored(dynamodb, name)["b"] == {"SS": ["x", "y"]}
    again = form(answer)
    assert visitor.post(again.address, again.fields).status == 303
    wanted = {"id": {"S": "all"}, "a": {"S": "theirs"}, "b": {"SS": ["x", "z"]}, "new": {"N": "5"}}
    assert sets_sorted(stored(dynamodb, name)) == sets_sorted(wanted)


def test_two_editors_of_one_attribute_are_shown_both_values(visitor, form, table, dynamodb):
    name = table({"id": {"S": "all"}, "a": {"S": "old"}})
    mine, theirs = edit(visitor, form, name), edit(visitor, form, name)
    theirs.set("a", "THEIRS")
    visitor.post(theirs.address, theirs.fields)
    mine.set("a", "MINE")
    answer = visitor.post(mine.address, mine.fields)
    assert "THEIRS" in re.search(r'role="alert">(.*?)</div>\n', answer.text, re.DOTALL)[1]
    again = form(answer)
    assert again.fields[f"text-{again.row('a')}"] == "MINE"
    assert visitor.post(again.address, again.fields).status == 303
    assert stored(dynamodb, name)["a"] == {"S": "MINE"}


def test_item_that_was_deleted_meanwhile_is_not_brought_back_unasked(visitor, form, table, dynamodb):
    name = table({"id": {"S": "all"}, "a": {"S": "old"}})
    page = edit(visitor, form, name)
    dynamodb.delete_item(TableName=name, Key={"id": {"S": "all"}})
    page.set("a", "typed")
    answer = visitor.post(page.address, page.fields)
    assert (answer.status, stored(dynamodb, name)) == (409, None)
    again = form(answer)
    assert visitor.post(again.address, again.fields).status == 303
    assert stored(dynamodb, name)["a"] == {"S": "typed"}


def test_new_item_never_replaces_another(visitor, form, table, dynamodb):
    name = table({"id": {"S": "all"}, "a": {"S": "old"}})
    page = form(visitor.get("/dynamodb/new", table=name))
    page.fields["text-0"] = "all"
    page.add("b", "S", "typed")
    answer = visitor.post(page.address, page.fields)
    assert answer.status == 409
    assert "typed" in answer.text
    assert stored(dynamodb, name) == {"id": {"S": "all"}, "a": {"S": "old"}}


def test_delete_asks_first_and_takes_only_what_was_shown(visitor, form, table, dynamodb):
    name = table({"id": {"S": "all"}, "a": {"S": "old"}})
    page = form(visitor.get("/dynamodb/delete", table=name, key=token_of({"id": {"S": "all"}})))
    dynamodb.put_item(TableName=name, Item={"id": {"S": "all"}, "a": {"S": "new"}})
    answer = visitor.post(page.address, page.fields)
    assert (answer.status, stored(dynamodb, name)["a"]) == (409, {"S": "new"})
    again = form(answer)
    assert "Đã xóa item." in visitor.follow(visitor.post(again.address, again.fields)).text
    assert stored(dynamodb, name) is None


def test_nothing_changed_is_nothing_written(visitor, form, table):
    name = table(FULL)
    page = edit(visitor, form, name)
    assert "Không có gì thay đổi" in visitor.follow(visitor.post(page.address, page.fields)).text


@pytest.mark.parametrize("as_json", [False, True])
def test_item_of_400_kb_is_edited_whole(visitor, form, table, dynamodb, as_json):
    name = table({"id": {"S": "all"}, "big": {"S": "ế" * 136_000}, "n": {"N": "1"}})
    page = edit(visitor, form, name)
    if as_json:
        page.fields["action"] = "json"
        page = form(visitor.post(page.address, page.fields))
        page.fields["json"] = page.fields["json"].replace('"N": "1"', '"N": "2"')
    else:
        page.set("n", "2")
    assert visitor.post(page.address, page.fields).status == 303
    assert stored(dynamodb, name)["n"] == {"N": "2"}
    assert visitor.get("/dynamodb/items", table=name).status == 200


def test_item_too_large_for_dynamodb_is_refused_and_stays_on_the_page(visitor, form, table, dynamodb):
    name = table({"id": {"S": "all"}})
    page = edit(visitor, form, name)
    page.add("big", "S", "x" * 500_000)
    answer = visitor.post(page.address, page.fields)
    assert answer.status == 409
    assert "Item size" in answer.text
    assert "x" * 500_000 in answer.text


def test_item_of_a_thousand_attributes_is_edited_as_json(visitor, form, table, dynamodb):
    name = table({"id": {"S": "all"}} | {f"a{n}": {"N": str(n)} for n in range(1000)})
    page = edit(visitor, form, name)
    page.fields["json"] = page.fields["json"].replace('"N": "7"', '"N": "7.50"')
    assert visitor.post(page.address, page.fields).status == 303
    assert float(stored(dynamodb, name)["a7"]["N"]) == 7.5


@pytest.mark.parametrize("attribute", ["size", "a.b", "with space", "#x:y", "đường/phố", "a\u202eb\n"])
def test_attribute_of_any_name_can_be_changed(visitor, form, table, dynamodb, attribute):
    name = table({"id": {"S": "all"}, attribute: {"N": "1"}})
    page = edit(visitor, form, name)
    if "json" in page.fields:
        page.fields["json"] = page.fields["json"].replace('"N": "1"', '"N": "2"')
    else:
        page.set(attribute, "2")
    assert visitor.post(page.address, page.fields).status == 303
    assert stored(dynamodb, name)[attribute] == {"N": "2"}
