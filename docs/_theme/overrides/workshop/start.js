/* All that follows from what is kept. */
function redraw() {
  commands.fill();
  progress.restore();
  marks.draw();
  overview.draw();
}

function show() {
  forms.forEach((draw) => draw());
  redraw();
}

store.change((state) => (state.language = page.language)); /* the front page offers it next time */
commands.prepare();
progress.prepare();
show();
for (const changed of ["ws-kept", "ws-unkept"]) document.addEventListener(changed, redraw);
labels.samePlace();
addEventListener("hashchange", labels.samePlace);
addEventListener("storage", (event) => event.key === store.KEY && show()); /* another tab of the same site */
setTimeout(labels.give, 300); /* after the theme has drawn its own buttons */
