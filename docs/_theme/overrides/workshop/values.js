/* The learner's variables. Each has a pattern that no shell syntax can match; what is kept in the browser
   is judged again when it is read. */
const variables = (() => {
  const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
  const PATTERNS = {
    LEARNER: /^(?=.{2,20}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    ACCT: /^\d{12}$/,
    R1: REGION,
    R2: REGION,
  };
  const DEFAULTS = { R1: "ap-southeast-1", R2: "us-east-1" };

  const fits = (name, value) => typeof value === "string" && PATTERNS[name].test(value);

  /* What the learner typed, where it fits its pattern. */
  function typed() {
    const kept = store.read().variables;
    return Object.fromEntries(Object.keys(PATTERNS).filter((name) => fits(name, kept[name])).map((name) => [name, kept[name]]));
  }

  /* What stands for $NAME in commands: nothing before the learner has a name. */
  function values() {
    const known = { ...DEFAULTS, ...typed() };
    if (!known.LEARNER) return {};
    known.AWS_REGION = known.R1;
    known.P = `fcj-${known.LEARNER}`;
    known.DB = `fcj_${known.LEARNER.replaceAll("-", "_")}_db`;
    if (known.ACCT) known.BUCKET = `${known.P}-lake-${known.ACCT}-${known.R1}`;
    return known;
  }

  function set(name, value) {
    store.change((state) => {
      if (fits(name, value)) state.variables[name] = value;
      else delete state.variables[name];
    });
  }

  const clear = () => store.change((state) => delete state.variables);

  return { NAMES: Object.keys(PATTERNS), DERIVED: ["P", "BUCKET", "DB"], DEFAULTS, fits, typed, values, set, clear };
})();
