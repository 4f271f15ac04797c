"""Code = words = languages = pages = anchors, on the real course."""

from checkday.authoring.lint import lint

CONTRACT = {
    1: {
        "day1/bucket": "account bucket bucket_private reference",
        "day1/stream": "stream_role stream stream_target stream_logging",
    },
    2: {
        "day2/data": "records records_valid",
        "day2/crawler": "crawler_role database crawler crawl",
        "day2/check": "tables schema partitions preview",
    },
    3: {
        "day3/code": "explain",
        "day3/session": "session_role session session_thrifty session_stopped",
        "day3/output": "output output_table row_balance",
    },
    4: {
        "day4/athena": "workgroup query_raw query_artists query_top quality optimised",
        "day4/dashboard": "bi_source bi_dataset bi_dashboard",
        "day4/cleanup": "clean_stream clean_crawler clean_catalog clean_session clean_bucket clean_roles"
        " clean_bi clean_leftovers",
    },
    5: {
        "day5/tables": "table_catalog table_forum table_thread table_reply loaded billing",
        "day5/explore": "read write condition transaction gsi gsi_query",
        "day5/console": "console_item",
    },
    6: {
        "day6/backup": "pitr backup restore_backup restore_pitr restore_equal vault backup_job guard_policy",
        "day6/cleanup": "clean_backup",
        "day6/patterns": "capacity log_table gsi_shard shard_spread staff_table gsi_overload gsi_sparse"
        " gsi_composite adjacency stream replicator replica_items decision clean_tables clean_functions",
    },
    7: {
        "day7/global": "global_table replica items_equal write_replica api_primary api_replica failover",
        "day7/events": "state_stream reduce_stream map_function map_mapping reduce_function reduce_mapping"
        " reduce_role reduce_serial totals exactly_once dead_letter",
        "day7/cleanup": "clean_global clean_events clean_everything",
    },
}
"""The ids that design section 7 fixes, for the days that exist."""


def test_everything_fits_together(root):
    assert lint(root) == []


def test_the_ids_are_those_of_the_contract_in_their_order(course):
    for day, tasks in CONTRACT.items():
        wanted = [(task, f"day{day}.{name}") for task, names in tasks.items() for name in names.split()]
        assert [(one.task, one.id) for one in course.milestones if one.day == day] == wanted


def test_no_day_is_without_its_contract(course):
    assert set(course.days) == set(CONTRACT)
