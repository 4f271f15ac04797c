/* JSON of a stranger, read strictly. What is refused is thrown as Refused: a word's name, and its facts. */
class Refused extends Error {
  constructor(name, facts = {}) {
    super(name);
    Object.assign(this, { facts });
  }
}

const json = (() => {
  const DEEPEST = 32;
  const TOKEN = /"[^"\\]*(?:\\[^][^"\\]*)*"(?=(\s*:)?)|[[\]{}]/g;

  /* JSON.parse keeps the last of two equal keys and says nothing: a file that says two things says none. */
  function inspect(text) {
    const open = [];
    for (const [token, colon] of text.matchAll(TOKEN)) {
      if (token === "{" || token === "[") open.push(new Set());
      else if (token === "}" || token === "]") open.pop();
      else if (colon) once(open.at(-1), JSON.parse(token));
      if (open.length > DEEPEST) throw new Refused("deep");
    }
  }

  function once(keys, key) {
    if (keys?.has(key)) throw new Refused("twice", { key });
    keys?.add(key);
  }

  function parse(text) {
    try {
      inspect(text);
      return JSON.parse(text);
    } catch (error) {
      throw error instanceof Refused ? error : new Refused("not_json");
    }
  }

  return { parse };
})();
