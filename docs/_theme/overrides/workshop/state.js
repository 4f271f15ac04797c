/* All that the browser keeps of the learner, as one file to take to another machine, and back. */
const state = (() => {
  const SCHEMA = "fcj-workshop.state/1";
  const STEP = /^[a-z][a-z0-9_./-]{0,80}(#[A-Za-z0-9_.-]{1,80}\/\d{1,3})?$/;

  const isTick = (step, value) => STEP.test(step) && value === true;

  function written() {
    const kept = Object.fromEntries(findings.mine());
    const done = Object.fromEntries(Object.entries(store.read().done).filter(([step, value]) => isTick(step, value)));
    const content = { schema: SCHEMA, variables: variables.typed(), done, findings: kept };
    return `${JSON.stringify(content, null, 1)}\n`;
  }

  function check(fits, field) {
    if (!fits) throw new Refused("field", { field });
  }

  /* A section of the file as pairs, each judged. */
  function section(content, name, fits) {
    check(store.isMap(content[name]), name);
    const pairs = Object.entries(content[name]);
    for (const [key, value] of pairs) check(fits(key, value), `${name}.${key}`);
    return pairs;
  }

  function read(content) {
    const typed = section(content, "variables", (name, value) => variables.NAMES.includes(name) && variables.fits(name, value));
    const done = section(content, "done", isTick);
    const found = section(content, "findings", (_, one) => store.isMap(one) && !findings.fault(one));
    const known = found.filter(([id]) => course.milestones.has(id));
    const learners = [...typed.filter(([name]) => name === "LEARNER").map(([, value]) => value), ...found.map(([, one]) => one.learner)];
    return { typed, done, learners, found: new Map(known), unknown: found.length - known.length };
  }

  /* What the file says is added to what is known here; of each milestone the newer look stays. */
  function keep({ typed, done, found }) {
    for (const [name, value] of typed) variables.set(name, value);
    store.change((kept) => done.forEach(([step]) => (kept.done[step] = true)));
    return findings.keep(found);
  }

  function forget() {
    store.change((kept) => {
      for (const name of ["variables", "done", "findings", "owner"]) delete kept[name];
    });
  }

  return { SCHEMA, written, read, keep, forget };
})();
