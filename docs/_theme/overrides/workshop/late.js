/* The theme fetches its search program and the whole index, more than twice the weight of a page, each time a page
   opens. Here both wait until someone turns to the search. */
(() => {
  const INDEX = /\/search_index\.json$/;
  const SEARCH = "#__search, .md-search *";
  const Thread = window.Worker;
  const isFile = location.protocol === "file:";
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

  /* From file:// browsers start no worker: the same program then runs in a hidden frame. It loads its language by
     importScripts, and looks at the page for IFrameWorker to learn that it is in a frame. */
  const inFrame = (url, tell) =>
    new Promise((ready) => {
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      const inner = frame.contentWindow;
      const load = (source) =>
        new Promise((loaded) => {
          const script = inner.document.createElement("script");
          script.src = source;
          script.onload = loaded;
          inner.document.body.append(script);
        });
      inner.importScripts = (...sources) => sources.reduce((done, one) => done.then(() => load(one)), Promise.resolve());
      inner.postMessage = tell;
      const send = (data) => inner.dispatchEvent(new MessageEvent("message", { data }));
      load(url).then(() => ready({ send, end: () => frame.remove() }));
    });

  const inThread = (url, tell) => {
    const thread = new Thread(url);
    thread.addEventListener("message", ({ data }) => tell(data));
    return { send: (data) => thread.postMessage(data), end: () => thread.terminate() };
  };

  if (isFile) window.IFrameWorker = true;

  /* The theme's first message to its worker is the index: only then the program is needed, and from file://, where
     the index is at hand at once, not before someone asks. `onmessage` and `terminate` are what Zensical's theme uses. */
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      this.url = url;
    }

    postMessage(data) {
      this.started ??= isFile ? asked.then(() => this.start(inFrame)) : Promise.resolve(this.start(inThread));
      this.started.then(({ send }) => send(data));
    }

    terminate() {
      this.started?.then(({ end }) => end());
    }

    start(how) {
      return how(this.url, (data) => {
        const message = new MessageEvent("message", { data });
        this.dispatchEvent(message);
        this.onmessage?.(message);
      });
    }
  };
})();
