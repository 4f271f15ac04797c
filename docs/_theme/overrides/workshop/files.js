/* Files that a learner chooses or drops: read here, sent nowhere. Each is answered with what was seen and
   what to do; a file that is refused changes nothing. */
const files = (() => {
  const words = page.words.files;
  const LARGEST = 4 * 1024 * 1024;

  /* Names come from strangers: nothing that hides, reorders or fills the page. */
  const plain = (text) => [...String(text)].slice(0, 60).join("").replace(/[^\P{C} ]/gu, "?");

  /* All of one learner, and of the one whose pages these are. */
  function belongs(learners) {
    const mine = findings.owner() ?? learners[0];
    const theirs = learners.find((learner) => learner !== mine);
    if (theirs) throw new Refused("stranger", { theirs, mine });
  }

  function load(content) {
    const schema = store.isMap(content) && Object.hasOwn(content, "schema") ? content.schema : undefined;
    if (schema === state.SCHEMA) return restore(state.read(content));
    const version = typeof schema === "string" && /^checkday\.report\/(\d{1,4})$/.exec(schema)?.[1];
    if (!version) throw new Refused("not_report");
    if (version !== "1") throw new Refused(version > 1 ? "newer" : "older", { schema });
    const read = report.read(content);
    belongs([read.learner]);
    const facts = { stayed: findings.keep(read.found), count: read.found.size, unknown: read.unknown };
    return { name: "loaded", facts: { ...facts, learner: read.learner, looked: steps.looked(read) } };
  }

  function restore(read) {
    belongs(read.learners);
    const facts = { stayed: state.keep(read), count: read.found.size, unknown: read.unknown };
    return { name: "restored", facts: { ...facts, done: read.done.length, typed: read.typed.length } };
  }

  async function text(file) {
    if (file.size > LARGEST) throw new Refused("too_big", { size: Math.ceil(file.size / 1024 / 1024), limit: 4 });
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    } catch {
      throw new Refused("not_json");
    }
  }

  /* What to tell the learner of one file: whether it was taken, what was seen, what to do. */
  async function take(file) {
    const tell = (good, { name, facts }) => {
      const [seen, todo] = ["seen", "todo"].map((part) => words[part][name]).map((line) => line && fill(line, facts));
      const more = ["unknown", "stayed"].filter((name) => facts[name]).map((name) => fill(words.more[name], facts));
      return { good, file: plain(file.name), seen: [seen, ...more].join(" "), todo };
    };
    try {
      return tell(true, load(json.parse(await text(file))));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { key, field } = error.facts;
      return tell(false, { name: error.message, facts: { ...error.facts, key: plain(key), field: plain(field) } });
    }
  }

  return { take };
})();
