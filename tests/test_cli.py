"""The commands as a person runs them: exit codes, two clear lines for every mistake, both languages."""

import http.server
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import jsonschema
import pytest

from checkday.cli import terminal
from checkday.errors import Unwritable
from worlds import World

BIN = Path(sys.executable).parent
NOT_A_TERMINAL = subprocess.DEVNULL


def call(program, *arguments, **environment):
    variables = {name: str(value) for name, value in environment.items()}
    return subprocess.run(
        [BIN / program, *map(str, arguments)],
        env=os.environ | {"LC_ALL": "en_US.UTF-8"} | variables,
        capture_output=True,
        stdin=NOT_A_TERMINAL,
        text=True,
        timeout=60,
        check=False,
    )


def check_day(*arguments, **environment):
    return call("check-day", *arguments, **environment)


def against(world, *arguments, **environment):
    keys = {
        "AWS_ENDPOINT_URL": world.endpoint,
        "AWS_ACCESS_KEY_ID": world.account,
        "WORKSHOP_LEARNER": "an01",
    }
    return check_day(*arguments, **(keys | environment))


@pytest.fixture(scope="module")
def solved(sandbox):
    return World(sandbox).solved().settled()


@pytest.fixture(scope="module")
def empty(sandbox):
    return World(sandbox)


def test_all_passed_is_zero(solved):
    done = against(solved, 1)
    assert (done.returncode, done.stderr) == (0, "")
    assert "All passed" in done.stdout


def test_something_missing_is_one_and_names_the_next_step(empty):
    done = against(empty, 1)
    assert done.returncode == 1
    assert f"does not have the bucket {empty.bucket_name} yet" in done.stdout
    assert "/en/day1/bucket.html#bucket.missing" in done.stdout
    assert "Next step: day1.bucket" in done.stdout


def test_only_reports_the_chosen_and_counts_only_it(solved):
    report = json.loads(against(solved, 1, "--only", "day1.stream", "--format", "json").stdout)
    assert [one["id"] for one in report["findings"]] == ["day1.stream"]
    assert report["totals"]["max_points"] == 3


def test_a_skipped_milestone_counts_as_its_cause(empty):
    assert against(empty, 1, "--only", "day1.reference").returncode == 1


def test_the_report_fits_its_schema(solved, empty):
    schema = json.loads(
        (Path(__file__).parents[1] / "validators/checkday/outputs/report.schema.json").read_text()
    )
    for world in (solved, empty):
        jsonschema.validate(json.loads(against(world, 1, "--format", "json").stdout), schema)


def test_vietnamese_is_the_default_where_no_locale_says_otherwise(empty):
    assert "Bước tiếp theo" in against(empty, 1, LC_ALL="C.UTF-8").stdout
    assert "Bước tiếp theo" in against(empty, 1, "--lang", "vi").stdout
    assert "Next step" in against(empty, 1, WORKSHOP_LANG="en", LC_ALL="C").stdout


def test_a_terminal_that_knows_only_ascii_is_no_reason_to_fail(empty):
    done = against(empty, 1, "--lang", "vi", PYTHONIOENCODING="ascii", PYTHONUTF8=0)
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["8"], "There is no day 8"),
        (["x"], "There is no day x"),
        (["１"], "There is no day １"),  # noqa: RUF001 - a full-width digit
        (["1", "--only", "day1.nothing"], "no milestone day1.nothing"),
        (["1", "--only", "day2.records"], "no milestone day2.records"),
        (["1", "--lang", "fr"], "no language fr"),
        (["1", "--format", "pdf"], "no format pdf"),
        (["1", "--region", "moon"], "moon is not the name"),
        (["1", "--region", "us-east-1"], "both us-east-1"),
        (["1", "--profile", "nobody"], "no AWS profile named nobody"),
        (["1", "--replay", "missing"], "cannot be read"),
        (["1", "--replay", "a", "--snapshot", "b"], "do not go together"),
        (["1", "--frmat", "json"], "--frmat"),
        ([], "required"),
    ],
)
def test_a_wrong_call_is_two_and_says_how_to_repair_it(arguments, said):
    done = check_day(*arguments, WORKSHOP_LEARNER="an01")
    lines = done.stderr.strip().splitlines()
    assert (done.returncode, done.stdout, len(lines)) == (2, "", 2)
    assert said in lines[0]
    assert lines[1].startswith("→ ")


@pytest.mark.parametrize("learner", ["A", "an_01", "-an", "an--1", "x", "a" * 21, "../../etc", "an\x1b[2J"])
def test_a_bad_learner_id_is_two(learner):
    done = check_day(1, WORKSHOP_LEARNER=learner)
    assert done.returncode == 2
    assert "\x1b" not in done.stderr


def test_a_live_account_needs_a_learner_id():
    done = check_day(1)
    assert done.returncode == 2
    assert "workshop init" in done.stderr


def test_no_credentials_is_four(tmp_path):
    done = check_day(1, WORKSHOP_LEARNER="an01", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    assert done.returncode == 4
    assert "no usable AWS credentials" in done.stdout


def test_a_closed_port_is_four():
    done = check_day(1, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert done.returncode == 4
    assert done.stdout.count("No connection to http://127.0.0.1:9.") == 1


def test_an_endpoint_that_is_no_address_is_two():
    assert check_day(1, AWS_ENDPOINT_URL="nonsense").returncode == 2


class Rubbish(http.server.BaseHTTPRequestHandler):
    """Answers everything with a page, as a captive portal does."""

    status = 200

    def answer(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        body = b"<html>Log in to this Wi-Fi</html>"
        self.send_response(self.status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_HEAD = do_PUT = answer  # noqa: N815 - the names http.server looks for

    def log_message(self, *_):
        pass


@pytest.mark.parametrize("status", [200, 403, 404, 500])
def test_an_endpoint_that_answers_rubbish_is_four(status):
    handler = type("Handler", (Rubbish,), {"status": status})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = check_day(1, AWS_ENDPOINT_URL=f"http://127.0.0.1:{server.server_address[1]}")
        server.shutdown()
    assert done.returncode == 4


def test_no_sandbox_is_four(tmp_path):
    done = check_day(1, "--sandbox", XDG_STATE_HOME=tmp_path)
    assert done.returncode == 4
    assert "workshop sandbox up" in done.stderr


def test_output_goes_to_the_file(solved, tmp_path):
    done = against(solved, 1, "--format", "json", "--output", tmp_path / "report.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads((tmp_path / "report.json").read_text())["totals"]["passed"] == 8


@pytest.mark.parametrize("flag", ["--output", "--snapshot"])
def test_what_cannot_be_written_is_five_and_nothing_is_lost(solved, tmp_path, flag):
    done = against(solved, 1, flag, tmp_path / "missing" / "file")
    assert done.returncode == 5
    assert "All passed" in done.stdout
    assert "cannot be written" in done.stderr


def test_a_full_disk_is_five_and_nothing_is_lost(solved):
    done = against(solved, 1, "--output", "/dev/full/report")
    assert done.returncode == 5
    assert "All passed" in done.stdout


def test_what_cannot_be_written_leaves_no_half_file(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "replace", lambda *_: os.close(-1))  # a bad descriptor is an OSError
    with pytest.raises(Unwritable):
        terminal.write(str(tmp_path / "report"), "text")
    assert not list(tmp_path.iterdir())


def test_a_link_stays_a_link_and_a_pipe_is_written_to(tmp_path):
    (tmp_path / "link").symlink_to("target")
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    for name in ("link", "pipe"):
        terminal.write(str(tmp_path / name), "text")
    assert (os.read(reader, 9), (tmp_path / "target").read_text()) == (b"text", "text")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link", "pipe", "target"]
    os.close(reader)


@pytest.mark.parametrize("command", [("sandbox", "up"), ("site", "serve")])
def test_a_port_of_digits_that_are_no_number_is_two(command):
    done = call("workshop", *command, "--port", "²")
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 2)


def test_a_record_that_cannot_be_kept_is_a_warning(solved, tmp_path):
    (tmp_path / "checkday").write_text("a file where a folder should be")
    done = against(solved, 1, XDG_STATE_HOME=tmp_path)
    assert done.returncode == 0
    assert "could not be kept" in done.stderr or "cannot be read" in done.stderr


def test_a_proven_milestone_survives_the_clean_up(sandbox):
    world = World(sandbox).solved().settled()
    assert against(world, 1).returncode == 0
    world.client("firehose").delete_delivery_stream(DeliveryStreamName=world.stream_name)
    report = json.loads(against(world, 1, "--format", "json").stdout)
    found = {one["id"]: one for one in report["findings"]}["day1.stream"]
    assert (found["verdict"], found["proof"], found["code"]) == ("passed", "trace", "missing")


def test_snapshot_then_replay(solved, tmp_path):
    against(solved, 1, "--snapshot", tmp_path / "s.json.gz")
    first, second = (check_day(1, "--replay", tmp_path / "s.json.gz", "--format", "json") for _ in range(2))
    assert first.returncode == 0
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)["mode"] == "replay"


def test_hostile_names_paint_nothing(sandbox):
    world = World(sandbox)
    world.bucket()
    world.put("\x1b[2J\u202ey/tracks_reference.json", b"x")
    for form in ("text", "json"):
        done = against(world, 1, "--format", form)
        assert not any(character in done.stdout for character in "\x1b\u202e\x9b")


def test_ctrl_c_is_130_and_leaves_at_once():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        command = [BIN / "check-day", "1"]
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        child = subprocess.Popen(
            command, env=os.environ | {"AWS_ENDPOINT_URL": address}, stderr=subprocess.PIPE, text=True
        )
        silent.settimeout(20)
        connection, _ = silent.accept()
        child.send_signal(signal.SIGINT)
        started = time.monotonic()
        _, said = child.communicate(timeout=20)
        connection.close()
    assert child.returncode == 130
    assert time.monotonic() - started < 10
    assert "Traceback" not in said


def test_colours_only_on_a_terminal(solved):
    assert "\x1b[" in painted(solved)
    assert "\x1b[" not in painted(solved, NO_COLOR="1")


def painted(world, **environment):
    ours, theirs = pty.openpty()
    keys = {"AWS_ENDPOINT_URL": world.endpoint, "AWS_ACCESS_KEY_ID": world.account, "TERM": "xterm"}
    child = subprocess.Popen([BIN / "check-day", "1"], env=os.environ | keys | environment, stdout=theirs)
    os.close(theirs)
    said = b""
    try:
        while chunk := os.read(ours, 4096):
            said += chunk
    except OSError:  # what Linux answers once the other end is closed
        pass
    os.close(ours)
    child.wait(timeout=20)
    return said.decode()


@pytest.mark.parametrize("program", ["check-day", "workshop"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_help_has_examples_in_the_users_language(program, language):
    done = call(program, "--help", WORKSHOP_LANG=language)
    assert done.returncode == 0
    assert {"vi": "ví dụ:", "en": "examples:"}[language] in done.stdout


@pytest.mark.parametrize(
    "command",
    ["init", "env", "status", "hint", "doctor", "leftovers", "sandbox", "solve", "data", "site", "author"],
)
def test_every_command_has_help(command):
    done = call("workshop", command, "--help")
    assert done.returncode == 0
    assert f"workshop {command}" in done.stdout


def test_help_loads_neither_botocore_nor_dataclasses():
    program = (
        "import sys, contextlib; from checkday.cli.check_day import main\n"
        "sys.argv = ['check-day', '--help']\n"
        "with contextlib.suppress(SystemExit): main()\n"
        "print({'botocore', 'dataclasses', 'rich', 'yaml', 'pathlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"


def test_a_closed_pipe_is_no_error(solved):
    keys = {"AWS_ENDPOINT_URL": solved.endpoint, "AWS_ACCESS_KEY_ID": solved.account}
    command = ["bash", "-c", f"{BIN}/check-day 1 | true"]
    done = subprocess.run(command, env=os.environ | keys, capture_output=True, text=True, check=False)
    assert done.stderr == ""


# workshop


def test_init_then_everything_knows_the_learner(state, sandbox):
    folder = state.parent
    done = call("workshop", "init", "--learner", "binh-02", "--lang", "en", XDG_STATE_HOME=folder)
    assert done.returncode == 0
    assert "binh-02" in call("workshop", "status", XDG_STATE_HOME=folder).stdout
    environment = {"AWS_ENDPOINT_URL": sandbox, "AWS_ACCESS_KEY_ID": "111122223333", "XDG_STATE_HOME": folder}
    exported = call("workshop", "env", **environment).stdout
    assert "export BUCKET=fcj-binh-02-lake-111122223333-ap-southeast-1\n" in exported
    assert "export DB=fcj_binh_02_db\n" in exported


def test_init_without_an_id_and_without_a_terminal_is_two(state):
    done = call("workshop", "init", XDG_STATE_HOME=state.parent)
    assert done.returncode == 2


def test_settings_that_cannot_be_written_are_five(tmp_path):
    (tmp_path / "checkday").write_text("")
    assert call("workshop", "init", "--learner", "an01", XDG_STATE_HOME=tmp_path).returncode == 5


@pytest.mark.parametrize("content", ["{", "[]", '{"region": 5}', "[" * 200_000])
def test_settings_that_are_damaged_are_two(state, content):
    state.mkdir(parents=True)
    (state / "settings.json").write_text(content)
    done = check_day(1, XDG_STATE_HOME=state.parent)
    assert done.returncode == 2
    assert "workshop init" in done.stderr


def test_env_prints_nothing_to_evaluate_when_it_cannot_know():
    done = call("workshop", "env", AWS_ENDPOINT_URL="http://127.0.0.1:9", WORKSHOP_LEARNER="an01")
    assert (done.stdout, done.returncode) == ("", 2)


def test_env_survives_a_hostile_folder_name(tmp_path, sandbox):
    done = call(
        "workshop", "env", AWS_ENDPOINT_URL=sandbox, AWS_ACCESS_KEY_ID="111122223333", WORKSHOP_LEARNER="a1"
    )
    shell = subprocess.run(
        ["bash", "-c", done.stdout + 'printf %s "$P"'], capture_output=True, text=True, check=True
    )
    assert shell.stdout == "fcj-a1"
