"""Pages of one file in a tab of a real browser."""

from contextlib import contextmanager

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@contextmanager
def opening(chromium, path, page):
    """Opens what `page` makes from its file. Whatever it asks for but itself, or complains about, fails."""
    contexts, asked, said = [], [], []

    def open_page(viewport, colors="light", scripts=True, **parts):
        path.write_text(page(**parts), encoding="utf-8")
        contexts.append(
            chromium.new_context(viewport=viewport, color_scheme=colors, java_script_enabled=scripts)
        )
        tab = contexts[-1].new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("dialog", lambda dialog: said.append(dialog.message))
        tab.goto(path.as_uri())
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert asked == [path.as_uri()] * len(contexts)
    assert said == []


def english(tab):
    tab.locator("label[for=to-en]").click()
    return tab


def learner(tab):
    return tab.get_by_role("dialog")
