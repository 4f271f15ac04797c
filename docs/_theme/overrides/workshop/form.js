/* The small form of the prepare page, drawn into <div id="ws-variables"></div>. */
const form = (() => {
  const words = page.words.variables;

  function judge(input, help) {
    const value = input.value.trim();
    const wrong = value !== "" && !variables.fits(input.name, value);
    input.setAttribute("aria-invalid", String(wrong));
    help.classList.toggle("ws-wrong", wrong);
    variables.set(input.name, value);
  }

  function field(name, refresh) {
    const id = `ws-${name}`;
    const help = make("small", { id: `${id}-rule`, "aria-live": "polite" }, words.rules[name]);
    const input = make("input", {
      id, name, "aria-describedby": help.id, placeholder: variables.DEFAULTS[name] ?? "",
      autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    });
    input.value = variables.typed()[name] ?? "";
    input.addEventListener("input", () => (judge(input, help), refresh()));
    return make("p", {}, make("label", { for: id }, `${words.labels[name]} `, make("code", {}, name)), input, help);
  }

  function derived() {
    const list = make("dl", { "aria-label": words.derived });
    for (const name of variables.DERIVED) {
      list.append(make("dt", {}, make("code", {}, `$${name}`)), make("dd", {}, make("output", { "data-name": name })));
    }
    return list;
  }

  function draw() {
    const place = document.getElementById("ws-variables");
    if (!place) return;
    const list = derived();
    const refresh = () => {
      const values = variables.values();
      list.querySelectorAll("output").forEach((output) => (output.value = values[output.dataset.name] ?? words.empty));
      commands.fill();
    };
    const clear = make("button", { type: "button", class: "md-button" }, words.clear);
    clear.addEventListener("click", () => (variables.clear(), draw(), commands.fill()));
    const fields = variables.NAMES.map((name) => field(name, refresh));
    place.classList.add("ws-form");
    place.replaceChildren(make("fieldset", {}, make("legend", {}, words.legend), ...fields, list, make("p", {}, words.note), clear));
    refresh();
  }

  forms.push(draw);
  return { draw };
})();
