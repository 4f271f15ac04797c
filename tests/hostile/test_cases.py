"""The sixteen cases of the threat list, and the tests that show each; nothing is tested twice for a list."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BROWSER = "tests/cohort_page/test_cohort_browser.py::test_hostile_text_only_ever_becomes_text"

CASES = {
    "T1 formulas": [
        "tests/gradebook/test_cells.py::test_however_the_file_is_split_no_piece_is_a_formula",
        "tests/hostile/test_tables.py::test_no_file_of_a_run_holds_a_formula_or_a_control",
        "tests/hostile/test_tables.py::test_what_goes_to_a_program_names_nobody",
    ],
    "T2 markup": [
        "tests/test_outputs.py::test_hostile_text_stays_text",
        "tests/test_outputs.py::test_the_page_may_load_and_run_nothing",
        "tests/cohort_page/test_hostile_text.py::test_hostile_text_is_data_that_no_parser_can_leave",
        BROWSER,
        "tests/site/test_report_files.py::test_markup_in_every_field_is_refused_and_never_drawn",
        "tests/site/test_dashboard.py::test_hostile_names_are_text_to_the_browser_too",
        "tests/console/test_hostile.py::test_hostile_attribute_names_and_nested_values_are_inert",
        "tests/hostile/test_renderers.py::test_nothing_of_ours_makes_markup_of_a_string",
    ],
    "T3 terminals": [
        "tests/test_outputs.py::test_hostile_text_stays_text",
        "tests/test_engine.py::test_hostile_facts_are_made_safe_at_capture",
        "tests/hostile/test_commands.py::test_on_a_terminal_only_our_own_colours_are_painted",
        "tests/hostile/test_commands.py::test_our_own_fault_is_told_without_painting",
        "tests/test_outputs.py::test_no_character_that_xml_forbids_gets_in",
    ],
    "T4 ids and paths": [
        "tests/hostile/test_bounds.py::test_an_id_that_could_be_anything_but_a_name_is_refused",
        "tests/hostile/test_bounds.py::test_what_is_kept_of_a_learner_is_named_by_us",
        "tests/cohort/test_roster.py::test_a_fault_in_a_row",
    ],
    "T5 JSON bombs": [
        "tests/hostile/test_bounds.py::test_a_line_of_the_lake_that_is_no_object_is_nothing",
        "tests/test_snapshot.py::test_a_damaged_file_is_a_clear_error",
        "tests/test_snapshot.py::test_an_answer_that_write_never_writes_is_damage",
        "tests/hostile/test_commands.py::test_a_spoilt_memory_of_hints_is_never_shown",
    ],
    "T6 YAML that grows": [
        "tests/gradebook/test_waivers.py::test_an_alias_that_grows_is_refused",
        "tests/cohort/test_roster.py::test_a_yaml_that_is_no_roster",
    ],
    "T7 archives": [
        "tests/hostile/test_bounds.py::test_an_archive_is_no_roster",
        "tests/test_snapshot.py::test_a_bomb_is_refused",
        "tests/cohort/test_roster.py::test_a_file_that_is_too_large",
    ],
    "T8 no answer": [
        "tests/hostile/test_bounds.py::test_a_server_that_never_answers_costs_seconds",
        "tests/cohort/test_fleet.py::test_an_account_that_never_answers_is_given_up",
        "tests/checks/test_faults.py::test_fault",
    ],
    "T9 endless lists": [
        "tests/test_pagination.py::test_half_a_list_is_no_evidence",
        "tests/test_trail.py::test_a_hundred_thousand_events_are_walked_in_bounds",
        "tests/cohort/test_roster.py::test_a_hundred_thousand_rows_in_seconds_and_in_bounds",
    ],
    "T10 patterns": ["tests/hostile/test_bounds.py::test_every_pattern_is_linear"],
    "T11 environment": ["tests/test_cli.py::test_env_survives_a_hostile_folder_name"],
    "T12 secrets": [
        "tests/test_snapshot.py::test_no_secret_is_recorded",
        "tests/test_trail.py::test_secrets_and_floods_are_left_out",
        "tests/hostile/test_renderers.py::test_nothing_of_ours_logs_and_nothing_turns_the_libraries_logs_on",
    ],
    "T13 Region names": [
        "tests/checks/test_day4_dashboard.py::test_a_region_that_nobody_knows_is_never_asked"
    ],
    "T14 used again": [
        "tests/cohort/test_fleet.py::test_the_account_behind_a_role_must_be_that_of_the_roster",
        "tests/gradebook/test_signals.py::test_one_account_of_two_learners",
        "tests/gradebook/test_signals.py::test_one_table_of_two_learners",
    ],
    "T15 wide roles": [
        "tests/cohort/test_fleet.py::test_every_request_of_an_account_carries_only_its_own_key"
    ],
    "T16 a role that goes": ["tests/hostile/test_roles.py::test_a_role_deleted_while_we_look"],
}
"""Case -> tests. Submissions, enrolment and the grader's environment have more of them in their own."""


@cache
def names_in(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("case", CASES)
def test_its_tests_exist(case):
    for test in CASES[case]:
        path, _, name = test.partition("::")
        assert name.startswith("test_")
        assert name in names_in(path), test


def test_no_case_is_left_out():
    assert [int(case.partition(" ")[0][1:]) for case in CASES] == list(range(1, 17))
