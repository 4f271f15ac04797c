/* One sentence, once a page, where the browser does not keep what the learner does. */
document.addEventListener("ws-unkept", () => {
  if (!document.querySelector(".ws-notice")) belowTitle(make("p", { class: "ws-notice", role: "status" }, page.words.unkept));
});
