/* What check-day found, as far as the pages show it: of each milestone the newest outcome. The same judgement
   stands before what a file brings and before what the browser has kept. */
const findings = (() => {
  const WORD = /^[a-z][a-z0-9_]{0,60}$/;
  const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
  const DAY = 24 * 60 * 60 * 1000;
  const VERDICTS = ["passed", "failed", "pending", "blocked", "skipped", "error"];
  const isText = (pattern) => (value) => typeof value === "string" && pattern.test(value);
  const isOneOf = (...values) => (value) => values.includes(value);
  const orNull = (fits) => (value) => value === null || fits(value);

  const FIELDS = {
    verdict: isOneOf(...VERDICTS),
    code: orNull(isText(WORD)),
    cause: orNull(isText(/^[a-z][a-z0-9_.]{0,80}$/)),
    proof: isOneOf("live", "snapshot", "trace", "record", "local", null),
    at: isTime,
    learner: (value) => variables.fits("LEARNER", value),
    origin: isOneOf("live", "simulated"),
  };

  /* A time to come would win against every later check. A day is left for clocks that are wrong. */
  function isTime(value) {
    return isText(TIME)(value) && Date.parse(value) < Date.now() + DAY;
  }

  /* The name of the first field that is not as agreed. */
  const fault = (found) => Object.keys(FIELDS).find((name) => !Object.hasOwn(found, name) || !FIELDS[name](found[name]));

  /* Everything kept of one learner, as a Map from milestone to what was found. */
  function of(learner) {
    const kept = store.read().findings;
    const known = [...course.milestones.keys()].filter((id) => Object.hasOwn(kept, id) && store.isMap(kept[id]));
    return new Map(known.filter((id) => !fault(kept[id]) && kept[id].learner === learner).map((id) => [id, kept[id]]));
  }

  /* Whose results these pages show: the name in the form, else that of the report last loaded. */
  function owner() {
    const { findings: kept, owner: last } = store.read();
    return variables.typed().LEARNER ?? (FIELDS.learner(last) && Object.keys(kept).length ? last : undefined);
  }

  const mine = () => of(owner());

  /* The sandbox never takes the place of an account, nor an older look that of a newer one. */
  function yields(old, found) {
    if (!store.isMap(old) || fault(old) || old.learner !== found.learner) return true;
    if (old.origin !== found.origin) return found.origin === "live";
    return old.at <= found.at;
  }

  /* How many of the milestones already had a result that stays. */
  function keep(found) {
    let stayed = 0;
    store.change((kept) => {
      for (const [id, one] of found) {
        if (yields(kept.findings[id], one)) [kept.findings[id], kept.owner] = [one, one.learner];
        else stayed += 1;
      }
    });
    return stayed;
  }

  return { FIELDS, fault, mine, owner, keep };
})();
