/* What this browser remembers of the learner: one entry for both languages. Where the browser keeps
   nothing (private window, storage off or full), it lasts as long as the page. */
const store = (() => {
  const KEY = "fcj-workshop";
  let memory = "{}";

  function kept() {
    try {
      return localStorage.getItem(KEY) ?? memory;
    } catch {
      return memory;
    }
  }

  function read() {
    try {
      const state = JSON.parse(kept());
      return state && typeof state === "object" ? state : {};
    } catch {
      return {};
    }
  }

  function change(edit) {
    const state = read();
    edit(state);
    memory = JSON.stringify(state);
    try {
      localStorage.setItem(KEY, memory);
    } catch {
      /* the page's own memory has it */
    }
  }

  return { KEY, read, change };
})();
