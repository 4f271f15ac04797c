/* A report of check-day (schema checkday.report/1) becomes what the pages keep of it. */
const report = (() => {
  const { FIELDS, fault } = findings;

  function check(fits, field) {
    if (!fits) throw new Refused("field", { field });
  }

  function finding(found, place, common) {
    check(store.isMap(found), place);
    check(typeof found.id === "string", `${place}.id`);
    const { verdict, code, cause, proof } = found;
    const one = { verdict, code, cause, proof, ...common };
    const wrong = fault(one);
    check(!wrong, `${place}.${wrong}`);
    return [found.id, one];
  }

  /* Milestones that these pages do not know are counted, not kept. */
  function read(content) {
    const { learner, origin, finished: at } = content;
    check(FIELDS.learner(learner), "learner");
    check(FIELDS.origin(origin), "origin");
    check(FIELDS.at(at), "finished");
    check(Array.isArray(content.findings), "findings");
    const all = content.findings.map((found, i) => finding(found, `findings[${i}]`, { at, learner, origin }));
    const known = all.filter(([id]) => course.milestones.has(id));
    return { learner, origin, at, found: new Map(known), unknown: all.length - known.length };
  }

  return { read };
})();
