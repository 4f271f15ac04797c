/* Where the learner stands: what check-day said of a milestone, else the learner's own tick. */
const steps = (() => {
  function now() {
    const found = findings.mine();
    const ticked = store.read().done;
    const isDone = (id) => (found.has(id) ? found.get(id).verdict === "passed" : ticked[id] === true);
    const all = [...course.milestones.values()];
    const next = all.find(({ id }) => !isDone(id));
    return { all, found, isDone, next, started: found.size > 0 || all.some(({ id }) => isDone(id)) };
  }

  const link = ({ id, title }) => make("a", { href: course.address(id) }, `${title} · `, make("code", {}, id));

  /* When was looked, by this machine's clock, and whether at the real AWS. */
  function looked({ at, origin }) {
    const when = new Date(at).toLocaleString(page.language, { dateStyle: "short", timeStyle: "short" });
    return `${when}, ${page.words.report.origins[origin]}`;
  }

  return { now, link, looked };
})();
