/* What this browser remembers of the learner: one entry for both languages. Where the browser keeps
   nothing (private window, storage off or full), it lasts as long as the page, and the page is told. */
const store = (() => {
  const KEY = "fcj-workshop";
  const SECTIONS = ["variables", "done", "findings"];
  let unkept = null; /* newer than what the browser keeps, which a full storage still holds */

  const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

  function kept() {
    try {
      return JSON.parse(unkept ?? localStorage.getItem(KEY) ?? "{}");
    } catch {
      return {};
    }
  }

  /* Whatever was kept, each section can be written to; what stands in it is judged by whoever uses it. */
  function read() {
    const found = kept();
    const state = isMap(found) ? found : {};
    for (const section of SECTIONS) if (!isMap(state[section])) state[section] = {};
    return state;
  }

  function change(edit) {
    const state = read();
    const before = JSON.stringify(state);
    edit(state);
    const after = JSON.stringify(state);
    if (after === before) return;
    try {
      localStorage.setItem(KEY, after);
      unkept = null;
    } catch {
      unkept = after;
    }
    document.dispatchEvent(new Event(unkept ? "ws-unkept" : "ws-kept"));
  }

  return { KEY, isMap, read, change };
})();
