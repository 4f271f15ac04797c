/* On a task's page: under each milestone's heading what check-day found, and where to go next. */
const marks = (() => {
  const words = page.words.report;
  const SIGNS = { passed: "✓", failed: "✗", pending: "…", blocked: "?", skipped: "-", error: "!" };

  /* A line of words; links and code stand among them. */
  const line = (parts) => parts.flatMap((part, i) => (i ? [" · ", part] : [part]));

  function why(id, { verdict, code, cause, proof }) {
    if (verdict === "skipped") {
      const waits = course.milestones.has(cause);
      return waits ? [make("a", { href: course.address(cause) }, `${words.waits} `, make("code", {}, cause))] : [];
    }
    if (verdict === "passed") return Object.hasOwn(words.proofs, proof ?? "") ? [words.proofs[proof]] : [];
    const address = code && course.explanation(id, verdict, code);
    return address ? [make("a", { href: address }, `${words.why} `, make("code", {}, code))] : [];
  }

  function outcome(id, found) {
    const verdict = make("strong", {}, words.verdicts[found.verdict]);
    const sign = make("span", { "aria-hidden": "true" }, `${SIGNS[found.verdict]} `);
    const said = make("span", {}, sign, verdict);
    const seen = make("small", {}, steps.looked(found));
    return make("p", { class: `ws-state ws-state--${found.verdict}` }, ...line([said, ...why(id, found), seen]));
  }

  function nextHere() {
    const sign = make("span", { "aria-hidden": "true" }, "→ ");
    return make("p", { class: "ws-state ws-state--next" }, sign, make("strong", {}, words.here));
  }

  function underHeadings({ found, next, started }) {
    document.querySelectorAll(".ws-state").forEach((old) => old.remove());
    for (const id of page.milestones.filter((one) => course.milestones.has(one))) {
      const heading = document.getElementById(course.milestones.get(id).name);
      if (started && next?.id === id) heading?.after(nextHere());
      if (found.has(id)) heading?.after(outcome(id, found.get(id)));
    }
  }

  function aboutLine({ found, isDone, next, started }) {
    const [seen, then] = [".ws-seen", ".ws-next"].map((name) => document.querySelector(name));
    if (!seen) return;
    const here = page.milestones.filter((id) => found.has(id));
    const passed = here.filter(isDone).length;
    seen.textContent = here.length ? `check-day: ${passed}/${page.milestones.length}` : words.load;
    then.hidden = !(started && next && page.milestones.length);
    if (!then.hidden) then.querySelector("a").replaceWith(steps.link(next));
  }

  function draw() {
    const now = steps.now();
    underHeadings(now);
    aboutLine(now);
  }

  return { draw };
})();
