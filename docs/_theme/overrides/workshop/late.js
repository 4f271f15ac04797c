/* The theme fetches its search program and the whole index, more than twice the weight of a page, each time a page
   opens. Here both wait until someone turns to the search. From file:// the theme has other ways. */
(() => {
  if (location.protocol === "file:") return;
  const Eager = Worker;
  const INDEX = /\/search_index\.json$/;
  const SEARCH = "#__search, .md-search *";
  const asked = new Promise((ask) => {
    /* Addresses with ?q= search at once, and those with ?h= mark what was searched for. */
    if (/[?&][hq]=/.test(location.search)) ask();
    for (const event of ["focusin", "change"]) {
      document.addEventListener(event, ({ target }) => target.matches(SEARCH) && ask());
    }
  });

  window.XMLHttpRequest = class extends XMLHttpRequest {
    open(method, url, ...rest) {
      this.isLate = INDEX.test(url);
      super.open(method, url, ...rest);
    }

    send(body) {
      if (this.isLate) asked.then(() => super.send(body));
      else super.send(body);
    }
  };

  /* The theme's first message to its worker is the index, so the worker starts with it. */
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      this.url = url;
    }

    postMessage(message) {
      this.worker ??= this.start();
      this.worker.postMessage(message);
    }

    start() {
      const worker = new Eager(this.url);
      worker.addEventListener("message", ({ data }) => this.dispatchEvent(new MessageEvent("message", { data })));
      return worker;
    }
  };
})();
