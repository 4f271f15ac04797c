/* $BUCKET, ${P}, $R1... in commands become the learner's values; the copy button copies what is shown. */
const commands = (() => {
  const USE = /(?<!\\)\$(?:\{([A-Z][A-Z0-9_]*)\}|([A-Z][A-Z0-9_]*)(?![A-Za-z0-9_]))/g;
  const NAMES = [...variables.NAMES, ...variables.DERIVED, "AWS_REGION"];

  function textNodes(element) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    return nodes;
  }

  /* The pieces of a block in which a shell would expand: not '...', and no here-document after a quoted word.
     Classes of Pygments: s1 is '...', s a here-document. */
  function expanded(code) {
    let literal = false;
    return textNodes(code).map((node) => {
      const kind = node.parentElement.className;
      if (kind === "s" && node.data.startsWith("<<")) literal = /^<<-?\s*['"\\]/.test(node.data);
      return { node, expands: kind !== "s1" && !(kind === "s" && literal) };
    });
  }

  /* Wrap each use into <var>, once. A use may lie over several of the highlighter's spans. */
  function mark(code) {
    const pieces = expanded(code);
    let end = 0;
    for (const piece of pieces) [piece.start, piece.end] = [end, (end += piece.node.length)];
    const text = pieces.map((piece) => piece.node.data).join("");
    const uses = [...text.matchAll(USE)].filter((use) => NAMES.includes(use[1] ?? use[2])).reverse();
    for (const use of uses) {
      const [from, to] = [use.index, use.index + use[0].length];
      const touched = pieces.filter((piece) => piece.start < to && piece.end > from);
      if (touched.every((piece) => piece.expands)) wrap(use, touched[0], touched.at(-1), from, to);
    }
  }

  function wrap(use, first, last, from, to) {
    const range = document.createRange();
    range.setStart(first.node, from - first.start);
    range.setEnd(last.node, to - last.start);
    range.deleteContents();
    range.insertNode(make("var", { class: "ws-var", title: use[0], "data-name": use[1] ?? use[2] }, use[0]));
  }

  function fill() {
    const values = variables.values();
    document.querySelectorAll("var.ws-var").forEach((spot) => {
      const value = values[spot.dataset.name];
      spot.textContent = value ?? spot.title;
      spot.classList.toggle("ws-var--filled", value !== undefined);
    });
    document.querySelectorAll(".ws-who").forEach((link) => {
      link.textContent = values.LEARNER ? `${values.LEARNER} · ${values.R1}` : page.words.unset;
    });
  }

  function prepare() {
    const blocks = ".md-typeset :is(.language-bash, .language-sh, .language-shell, .language-console) code";
    document.querySelectorAll(`${blocks}, .md-typeset code.ws-fill`).forEach(mark);
    fill();
  }

  return { prepare, fill };
})();
