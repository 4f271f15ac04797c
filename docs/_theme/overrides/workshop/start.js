function show() {
  form.draw();
  commands.fill();
  progress.restore();
}

store.change((state) => (state.language = document.documentElement.lang)); /* the front page offers it next time */
commands.prepare();
progress.prepare();
show();
labels.samePlace();
addEventListener("hashchange", labels.samePlace);
addEventListener("storage", (event) => event.key === store.KEY && show()); /* another tab of the same site */
setTimeout(labels.give, 300); /* after the theme has drawn its own buttons */
