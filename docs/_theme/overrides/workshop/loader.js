/* The form for files on the prepare page, drawn into <div id="ws-report"></div>: reports of check-day, and
   what was taken out of another browser. */
(() => {
  const words = page.words.files;

  function told({ good, file, seen, todo }) {
    const sign = make("span", { "aria-hidden": "true" }, good ? "✓ " : "✗ ");
    const name = make("strong", {}, make("bdi", {}, file));
    const said = make("p", { class: good ? "ws-good" : "ws-wrong" }, sign, name, `: ${seen}`);
    return todo ? [said, make("p", {}, todo)] : [said];
  }

  /* One after the other: the newest outcome wins whatever the order. */
  async function take(chosen, answer) {
    const lines = [];
    for (const file of chosen) lines.push(...told(await files.take(file)));
    form.draw(); /* a file may bring variables */
    answer.replaceChildren(...lines);
  }

  function picker(answer) {
    const help = make("small", { id: "ws-files-rule" }, words.note);
    const input = make("input", {
      id: "ws-files", type: "file", multiple: "", accept: ".json,application/json", "aria-describedby": help.id,
    });
    input.addEventListener("change", async () => {
      await take([...input.files], answer);
      input.value = ""; /* the same file may be chosen again after check-day has run again */
    });
    return make("p", {}, make("label", { for: input.id }, words.label), input, help);
  }

  function acceptDrops(place, answer) {
    place.addEventListener("dragover", (event) => event.preventDefault());
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      take([...event.dataTransfer.files], answer);
    });
  }

  function save() {
    const address = URL.createObjectURL(new Blob([state.written()], { type: "application/json" }));
    make("a", { href: address, download: `fcj-workshop-${findings.owner() ?? "state"}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  function forget(answer) {
    if (!confirm(words.sure)) return;
    state.forget();
    form.draw();
    answer.replaceChildren(make("p", {}, words.forgotten));
  }

  function button(text, press) {
    const drawn = make("button", { type: "button", class: "md-button" }, text);
    drawn.addEventListener("click", press);
    return drawn;
  }

  function draw() {
    const place = document.getElementById("ws-report");
    if (!place || place.querySelector("fieldset")) return; /* what was answered stays */
    const answer = make("div", { role: "status", class: "ws-answer" });
    const buttons = make("p", {}, button(words.save, save), " ", button(words.forget, () => forget(answer)));
    const group = make("fieldset", {}, make("legend", {}, words.legend), picker(answer), answer, buttons);
    acceptDrops(group, answer);
    place.classList.add("ws-form");
    place.replaceChildren(group);
  }

  forms.push(draw);
})();
