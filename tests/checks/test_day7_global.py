"""Day 7, the global table and its APIs: one account state for every outcome code."""

from datetime import timedelta

import pytest

from checkday.model import OtherPath
from day6_worlds import happened
from day7_world import Day7
from day7_worlds import LIBRARY, NOW, Globe, by_api, failed_over, hand, named, texts
from wire import answer, refuse
from worlds import REGION, REPLICA, World

JUST_NOW = NOW.isoformat()
TOMORROW = (NOW + timedelta(days=1)).isoformat()


@pytest.fixture
def world(sandbox) -> Globe:
    return Globe(sandbox)


# global_table


def test_a_table_on_demand_with_both_keys(world):
    assert world.table("global").said("day7.global_table") is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"TableStatus": "CREATING"}, "creating"),
        ({"TableStatus": "DELETING"}, "deleting"),
        ({"keys": ("pk", "sk")}, "wrong_keys"),
        ({"keys": ("PK",)}, "wrong_keys"),
        ({"BillingModeSummary": None}, "provisioned"),
        ({"BillingModeSummary": {"BillingMode": "PROVISIONED"}}, "provisioned"),
    ],
)
def test_global_table(world, changes, code):
    assert world.table("global", **changes).said("day7.global_table") == code


def test_no_table(world):
    assert world.said("day7.global_table") == "missing"


def test_the_table_in_another_region(world):
    assert world.table("global", region=REPLICA).said("day7.global_table") == "wrong_region"


def test_a_table_of_another_learner(world):
    world.at[REGION].tables["fcj-an02-global"] = {}
    assert world.said("day7.global_table") == "other_learner_id"


# replica


def test_a_replica_in_use(world):
    assert world.shared().said("day7.replica") is None


@pytest.mark.parametrize(
    ("replica", "code"),
    [
        ({"ReplicaStatus": "CREATING"}, "creating"),
        ({"ReplicaStatus": "UPDATING"}, "creating"),
        ({"ReplicaStatus": "DELETING"}, "deleting"),
        ({"ReplicaStatus": "REGION_DISABLED"}, "region_disabled"),
        ({"ReplicaStatus": "CREATION_FAILED", "ReplicaStatusDescription": "no rights"}, "failed"),
        ({"ReplicaStatus": "INACCESSIBLE_ENCRYPTION_CREDENTIALS"}, "failed"),
        ({"RegionName": "eu-west-1"}, "elsewhere"),
    ],
)
def test_replica(world, replica, code):
    assert world.shared(**replica).said("day7.replica") == code


def test_two_tables_of_one_name_are_no_global_table(world):
    world.table("global", *LIBRARY).table("global", *LIBRARY, region=REPLICA)
    assert world.said("day7.replica") == "two_tables"


def test_a_table_alone(world):
    assert world.table("global").said("day7.replica") == "missing"


def test_no_table_and_no_replica(world):
    assert world.said("day7.replica") == "no_table"


def test_an_old_version(world):
    world.shared().at[REGION].tables[named("global")]["GlobalTableVersion"] = "2017.11.29"
    assert world.said("day7.replica") == "old_version"


def test_a_replica_that_says_active_and_is_not_there(world):
    del world.shared().at[REPLICA].tables[named("global")]
    assert world.said("day7.replica") == "creating"


def test_a_second_region_that_is_switched_off_is_no_fault_of_the_learner_s(sandbox):
    world = World(sandbox)
    Day7(world).table("global", "PK", "SK").replica()
    refuse(
        world.source, "dynamodb", "DescribeTable", "UnrecognizedClientException", status=403, region=REPLICA
    )
    assert world.verdict("day7.replica")[0] == "blocked"


# items_equal


def test_equal_items(world):
    assert world.shared(hand(REGION)).said("day7.items_equal") is None


def test_what_differs_is_on_its_way(world):
    world.shared().at[REGION].items[named("global")].append(hand(REGION))
    assert world.said("day7.items_equal") == "replicating"


def test_an_edited_sample_item_is_equal_if_both_have_it(world):
    world.shared()
    for region in (REGION, REPLICA):
        items = world.at[region].items[named("global")]
        items[0] = items[0] | {"Seconds": {"N": "1"}}
    assert world.said("day7.items_equal") is None


@pytest.mark.parametrize(
    ("items", "code"),
    [([], "empty"), (LIBRARY[:40], "partial"), ([texts(PK=str(n), SK="-") for n in range(1001)], "crowded")],
)
def test_items_equal(world, items, code, monkeypatch):
    monkeypatch.setattr("checkday.checks.day7.replicas._MOST_PAGES", 1)
    world.shared()
    for region in (REGION, REPLICA):
        world.at[region].items[named("global")] = list(items)
    assert world.said("day7.items_equal") == code


def test_items_without_a_table(world):
    assert world.table("global", *LIBRARY).said("day7.items_equal") == "no_table"


# write_replica


def test_a_write_in_the_second_region(world):
    world.shared(hand(REPLICA)).measured("ConsumedWriteCapacityUnits", "global", region=REPLICA)
    assert world.said("day7.write_replica") is None


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (hand(REGION), "missing"),
        (hand(REPLICA, by=REGION), "wrong_by"),
        (hand(REPLICA, owner="an02"), "other_owner"),
        (hand(REPLICA), "written_elsewhere"),
        (hand(REPLICA, at="long ago"), "written_elsewhere"),
        (hand(REPLICA, at=JUST_NOW), "metrics_late"),
        # The clock of one of the two machines was changed: nothing is decided by that.
        (hand(REPLICA, at=TOMORROW), "metrics_late"),
    ],
)
def test_write_replica(world, item, code):
    assert world.shared(item).said("day7.write_replica") == code


def test_a_write_that_has_not_arrived(world):
    world.shared().at[REPLICA].items[named("global")].append(hand(REPLICA))
    assert world.said("day7.write_replica") == "replicating"


def test_a_write_without_a_table(world):
    assert world.said("day7.write_replica") == "no_table"


# api_primary, api_replica


@pytest.fixture(params=[("day7.api_primary", REGION), ("day7.api_replica", REPLICA)])
def place(request):
    return request.param


def test_an_api_that_wrote_where_it_is(world, place):
    milestone, region = place
    assert world.shared(by_api(region)).api(region).said(milestone) is None


def test_an_api_in_the_other_region_only(world, place):
    milestone, region = place
    other = REPLICA if region == REGION else REGION
    assert world.shared(by_api(other)).api(other).said(milestone) == "no_function"


@pytest.mark.parametrize(
    ("function", "code"),
    [
        ({"State": "Pending"}, "starting"),
        ({"LastUpdateStatus": "InProgress"}, "starting"),
        ({"State": "Failed", "StateReason": "no image"}, "failed"),
        ({"State": "Active"}, "no_api"),
    ],
)
def test_the_function_behind_an_api(world, place, function, code):
    milestone, region = place
    assert world.shared().function("api", region, **function).said(milestone) == code


def test_an_api_that_calls_the_function_of_the_other_region(world, place):
    milestone, region = place
    other = REPLICA if region == REGION else REGION
    target = f"arn:aws:lambda:{other}:{world.account}:function:{named('api')}"
    assert world.shared(by_api(region)).api(region, target).said(milestone) == "wrong_function"


def test_an_api_that_the_console_wired(world, place):
    milestone, region = place
    arn = f"arn:aws:lambda:{region}:{world.account}:function:{named('api')}"
    target = f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"
    assert world.shared(by_api(region)).api(region, target).said(milestone) is None


@pytest.mark.parametrize("route", ["$default", "ANY /{proxy+}", "PUT /items/{PK}/{SK}"])
def test_everybody_may_write(world, place, route):
    milestone, region = place
    world.shared(by_api(region)).api(region).at[region].routes.append({"RouteKey": route})
    assert world.said(milestone) == "open_writes"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (None, "not_called"),
        ({"by": "eu-west-1"}, "wrong_by"),
        ({"into": "eu-west-1"}, "wrong_table_region"),
        ({"owner": "an02"}, "other_owner"),
    ],
)
def test_what_the_api_wrote(world, place, changes, code):
    milestone, region = place
    items = [] if changes is None else [by_api(region, **changes)]
    assert world.shared(*items).api(region).said(milestone) == code


def test_an_api_without_a_table(world, place):
    milestone, region = place
    assert world.api(region).said(milestone) == "no_table"


# failover


@pytest.fixture
def switched(world):
    return world.shared(failed_over()).api().api(REPLICA)


def test_throttled_and_released(switched):
    assert switched.measured("Throttles", "api", 3).said("day7.failover") is None


def test_still_throttled(switched):
    switched.at[REGION].reserved[named("api")] = 0
    assert switched.measured("Throttles", "api").said("day7.failover") == "still_throttled"


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (hand(REGION), "no_write"),
        (failed_over(by=REGION), "wrong_by"),
        (failed_over(owner="an02"), "other_owner"),
        (failed_over(), "not_throttled"),
        (failed_over(at=JUST_NOW), "metrics_late"),
    ],
)
def test_failover(world, item, code):
    assert world.shared(item).api().api(REPLICA).said("day7.failover") == code


def test_a_failover_whose_write_has_not_come_back(switched):
    switched.at[REGION].items[named("global")].clear()
    assert switched.measured("Throttles", "api").said("day7.failover") == "replicating"


@pytest.mark.parametrize(
    ("function", "code"),
    [({"State": "Pending"}, "starting"), ({"LastUpdateStatus": "Failed"}, "failed"), (None, "no_function")],
)
def test_the_function_of_a_failover(world, function, code):
    if function is not None:
        world.function("api", **function)
    assert world.said("day7.failover") == code


def test_a_failover_without_a_table(world):
    assert world.function("api").said("day7.failover") == "no_table"


def test_where_the_quota_forbids_throttling_the_permission_may_be_taken(switched):
    taken = {"functionName": named("api"), "statementId": "api"}
    answer(
        switched.source,
        "cloudtrail",
        "LookupEvents",
        {"Events": [happened(switched, "lambda", "RemovePermission20150331v2", taken, 0)]},
    )
    assert isinstance(switched.check("day7.failover"), OtherPath)
