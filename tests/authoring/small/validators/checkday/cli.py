"""Every way in which the program names a sentence."""

from checkday.model import BadSetting, Blocked


def speak(words, parser, warn, verdict, **facts):
    words("cli.done", count=3)
    words("cli.done", **facts)
    words(f"verdict.{verdict}")
    parser.add("--lang", key="help.lang")
    warn(words, "disk.full", facts)
    if not facts:
        raise Blocked("denied", call="s3:HeadBucket")
    raise BadSetting("setting.bad", value=verdict)


def write(part):
    return f"reference.{part}"
