"""The cohort's page in a tab of a real browser."""

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


def english(tab):
    tab.locator("label[for=to-en]").click()
    return tab


def learner(tab):
    return tab.get_by_role("dialog")
