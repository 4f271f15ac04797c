"""What shows or keeps a text, and who tests it with hostile ones. What is not in here fails a test."""

OUTPUTS = "tests/test_outputs.py::test_hostile_text_stays_text"
COHORT = "tests/cohort_page/test_hostile_text.py::test_hostile_text_stays_text"
CELLS = "tests/gradebook/test_cells.py::test_facts_of_a_report_are_inert_in_every_table"
TABLES = "tests/hostile/test_tables.py::test_no_file_of_a_run_holds_a_formula_or_a_control"
SAID = "tests/hostile/test_commands.py::test_a_sentence_holds_nothing_that_paints"
PAINTED = "tests/hostile/test_commands.py::test_on_a_terminal_only_our_own_colours_are_painted"
PRINTS = "tests/hostile/test_renderers.py::test_a_command_prints_nothing_but_sentences"
CONSOLE = "tests/console/test_hostile.py::test_key_of_any_characters_can_be_opened_edited_and_deleted"
ENROLLED = "tests/enroll/test_links.py::test_the_table_is_whole_and_cannot_compute"
CHART = "tests/test_dashboard_page.py::test_hostile_names_are_shown_and_do_nothing"

RENDERERS = {
    "cli/advance.py": [PRINTS],
    "cli/arguments.py": [SAID],
    "cli/author.py": [PRINTS],
    "cli/checking.py": [OUTPUTS, PAINTED],
    "cli/console.py": [PRINTS],
    "cli/dashboard.py": [PRINTS, CHART],
    "cli/data.py": [PRINTS],
    "cli/doctor.py": ["tests/hostile/test_commands.py::test_a_diagnosis_paints_nothing"],
    "cli/enrolling.py": [PRINTS, ENROLLED],
    "cli/exits.py": ["tests/hostile/test_commands.py::test_our_own_fault_is_told_without_painting"],
    "cli/gradebooks.py": [PRINTS, TABLES],
    "cli/grading.py": [PRINTS],
    "cli/hint.py": ["tests/hostile/test_commands.py::test_a_spoilt_memory_of_hints_is_never_shown"],
    "cli/learner.py": [
        "tests/hostile/test_commands.py::test_a_record_that_was_written_by_hand_paints_nothing",
        "tests/hostile/test_commands.py::test_the_shell_is_told_no_account_that_is_none",
    ],
    "cli/leftovers.py": ["tests/hostile/test_commands.py::test_what_is_left_over_is_named_and_does_nothing"],
    "cli/loading.py": [PRINTS],
    "cli/pages.py": [PRINTS],
    "cli/quiz.py": [PRINTS],
    "cli/reach.py": [PRINTS],
    "cli/receiving.py": [PRINTS, CELLS],
    "cli/rosters.py": ["tests/hostile/test_commands.py::test_a_fault_in_a_roster_is_told_without_painting"],
    "cli/sandbox.py": [PRINTS],
    "cli/solving.py": ["tests/hostile/test_commands.py::test_a_script_that_fails_paints_nothing"],
    "cli/submitting.py": [PRINTS],
    "cli/terminal.py": [PAINTED],
    "cli/verifying.py": [PRINTS, CELLS],
    "cli/watching.py": ["tests/test_watch.py::test_a_name_cannot_paint_the_view", PAINTED],
    "console/application.py": ["tests/console/test_hostile.py::test_hostile_addresses_are_inert"],
    "console/pages/buckets.py": [
        "tests/console/test_hostile.py::test_object_with_a_hostile_key_is_shown_and_downloaded_as_a_file"
    ],
    "console/pages/editing.py": [CONSOLE],
    "console/visit.py": [CONSOLE],
    "console/visitors.py": ["tests/console/test_visitors.py::test_page_under_another_name_is_refused"],
    "dashboard/page.py": [CHART],
    "gradebook/canvas.py": [TABLES],
    "gradebook/cells.py": [CELLS, TABLES],
    "gradebook/comparison.py": [TABLES],
    "gradebook/moodle.py": [TABLES],
    "gradebook/tables.py": [CELLS, TABLES],
    "outputs/as_cohort.py": [COHORT],
    "outputs/as_html.py": [OUTPUTS],
    "outputs/as_json.py": [OUTPUTS],
    "outputs/as_junit.py": [OUTPUTS],
    "outputs/as_text.py": [OUTPUTS, PAINTED],
    "outputs/cohort/gathering.py": [COHORT],
    "outputs/cohort/packing.py": [
        "tests/cohort_page/test_hostile_text.py::test_hostile_text_is_data_that_no_parser_can_leave"
    ],
    "outputs/cohort/sections.py": [COHORT],
    "outputs/cohort/sentences.py": [
        "tests/cohort_page/test_hostile_text.py::test_hostile_text_never_fills_a_place_of_a_sentence"
    ],
    "outputs/cohort/spool.py": [COHORT],
    "outputs/sentences.py": [OUTPUTS],
}
"""Module -> the tests that hand it hostile text and look at what comes out."""

SILENT = {
    "account/models.py": "a cache of botocore's models",
    "account/trail.py": "events as AWS told them, read again by the same module and never shown from there",
    "chart.py": "numbers and names for the report, which makes them plain",
    "cohort/recording.py": "snapshots as AWS told them; everything shown of them goes through the engine",
    "data/__init__.py": "our own generated files",
    "data/__main__.py": "a list of our own generated files",
    "data/table.py": "our own generated rows",
    "enroll/folder.py": "what cli/enrolling.py hands it, and a roster as our own reader takes it back",
    "golden/cache.py": "numbers counted in our own data",
    "gradebook/__init__.py": "names only",
    "gradebook/marks.py": "numbers and ids; written by tables",
    "gradebook/odd.py": "facts; written by tables",
    "gradebook/people.py": "learners of the roster; written by tables",
    "gradebook/records.py": "reads the instructor's own export and gives it back to the byte",
    "gradebook/sheet.py": "reads the instructor's own export and gives it back to the byte",
    "gradebook/signals.py": "facts; written by tables",
    "gradebook/waivers.py": "reads the instructor's own file; shown by tables and by the cohort's page",
    "gradebook/writing.py": "names which tables are written",
    "outputs/__init__.py": "a sentence on the package",
    "outputs/cohort/__init__.py": "a sentence on the package",
    "outputs/cohort/known.py": "rows for packing",
    "outputs/cohort/standing.py": "numbers",
    "outputs/cohort/tally.py": "numbers",
    "outputs/cohort/troubles.py": "numbers by page of ours",
    "outputs/inert.py": "makes text inert",
    "quiz.py": "the learner's own answers, by number",
    "record.py": "facts that the engine has made plain; shown by status and by reports",
    "resources.py": "writes bytes for others",
    "settings.py": "settings that were checked",
    "site/building.py": "our own pages",
    "site/index.py": "our own pages",
    "site/packing.py": "our own pages",
    "site/policy.py": "our own pages",
    "site/serving.py": "our own pages",
    "site/sharing.py": "our own pages",
    "site/slim.py": "our own pages",
    "snapshot.py": "what AWS told, read again by the same module; shown through the engine",
    "solve.py": "a scratch file of a run; its lines are printed by cli/solving.py",
    "submission/keys.py": "public keys of AWS, for the same module to read again",
    "writer/journal.py": "how many of our own records were sent",
}
"""Module -> why nothing that a learner chose is shown from there."""

PLAIN_ENOUGH = {
    ("cli/advance.py", "show"): "words, and names of causes that are ours",
    ("cli/author.py", "_lint"): "a path of the author's own tree, and words",
    ("cli/checking.py", "_tell"): "a renderer's text: tests/test_outputs.py",
    ("cli/doctor.py", "doctor"): "a policy made from our own list of reads, as JSON",
    ("cli/doctor.py", "_ask_for"): "a policy made from our own list of reads, as JSON",
    ("cli/exits.py", "_internal"): "a traceback, made inert",
    ("cli/exits.py", "_leave_now"): "words",
    ("cli/learner.py", "env"): "names of ours and checked values, quoted for the shell",
    ("cli/loading.py", "_put"): "words",
    ("cli/quiz.py", "_ask"): "the course's own questions",
    ("cli/quiz.py", "_react"): "the course's own explanations",
    ("cli/reach.py", "agreed"): "words",
    ("cli/solving.py", "_tell"): "a script's last words, made inert",
    ("cli/solving.py", "solve"): "names of our own scripts and their sections",
    ("cli/terminal.py", "paint"): "lines of renderers: test_on_a_terminal_only_our_own_colours_are_painted",
    ("cli/terminal.py", "show"): "words",
    ("cli/verifying.py", "_told"): "checked ids, a standing of ours, and words",
    ("cli/watching.py", "show"): "a time, and what explanation() makes of words",
    ("console/application.py", "broken"): "frames of our own code and the kind of error",
}
"""(module, function) that prints something else than words -> what that is."""
