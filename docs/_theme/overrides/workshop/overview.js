/* On the first page and on those of the days: how far the learner is, and where to go on. */
const overview = (() => {
  const words = page.words.report;

  function row(day, { all, isDone }) {
    const ids = all.filter((one) => one.day === day).map(({ id }) => id);
    const done = ids.filter(isDone).length;
    const name = fill(words.day, { day: day.slice("day".length) });
    const bar = make("progress", { max: ids.length, value: done, "aria-label": name });
    return make("li", {}, make("a", { href: `${page.base}/${day}/index.html` }, name), bar, ` ${done}/${ids.length}`);
  }

  function panel(now) {
    const days = [...new Set(now.all.map(({ day }) => day))].filter((day) => ["index", `${day}/index`].includes(page.id));
    const onward = now.next ? [`${words.go_on} `, steps.link(now.next)] : [words.finished];
    const rows = make("ul", {}, ...days.map((day) => row(day, now)));
    return make("section", { class: "ws-progress", "aria-label": words.progress }, rows, make("p", {}, ...onward));
  }

  function draw() {
    document.querySelector(".ws-progress")?.remove();
    const now = steps.now();
    if (now.started && /^(day\d+\/)?index$/.test(page.id)) belowTitle(panel(now));
  }

  return { draw };
})();
