/* Steps done. Each milestone of the page gets a box at the end of its section, known by the milestone's id;
   the author's own task lists are known by page, heading and number there. Both are the same in every
   language, and steady while other parts of the page change. */
const progress = (() => {
  /* The last element of a heading's section. */
  function sectionEnd(heading) {
    let end = heading;
    while (end.nextElementSibling && !/^H[1-6]$/.test(end.nextElementSibling.tagName)) end = end.nextElementSibling;
    return end;
  }

  function addMilestoneBoxes() {
    for (const milestone of page.milestones) {
      const heading = document.getElementById(milestone.replace(/^.*\./, ""));
      if (!heading) continue;
      const box = make("input", { type: "checkbox", "data-done": milestone });
      sectionEnd(heading).after(make("p", { class: "ws-step" }, make("label", {}, box, ` ${page.words.step}`)));
    }
  }

  function nameTaskBoxes() {
    const counts = {};
    let heading = "";
    document.querySelectorAll(".md-typeset :is(h1, h2, h3, h4)[id], .task-list-item input").forEach((element) => {
      if (element.tagName !== "INPUT") return void (heading = element.id);
      counts[heading] = (counts[heading] ?? 0) + 1;
      element.dataset.done = `${page.id}#${heading}/${counts[heading]}`;
      element.setAttribute("aria-label", element.closest("li").textContent.trim());
    });
  }

  const boxes = () => [...document.querySelectorAll("input[data-done]")];

  function keep(box) {
    store.change((state) => {
      if (box.checked) state.done[box.dataset.done] = true;
      else delete state.done[box.dataset.done];
    });
    restore();
  }

  function restore() {
    const { done } = store.read();
    const all = boxes();
    all.forEach((box) => (box.checked = done[box.dataset.done] === true));
    const place = document.querySelector(".ws-done");
    if (!place) return;
    place.hidden = all.length === 0;
    document.querySelectorAll(".ws-milestones").forEach((number) => (number.hidden = all.length > 0));
    place.querySelector("strong").textContent = `${all.filter((box) => box.checked).length}/${all.length}`;
  }

  function prepare() {
    addMilestoneBoxes();
    nameTaskBoxes();
    boxes().forEach((box) => box.addEventListener("change", () => keep(box)));
  }

  return { prepare, restore };
})();
