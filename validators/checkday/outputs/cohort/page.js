// What the parts of this page share. Text that a learner chose is only ever set as text: nothing here
// writes markup from a string.
const read = (kind) => [...document.querySelectorAll(`script.${kind}`)];
const parsed = (element) => JSON.parse(element.textContent);
const known = parsed(read('known')[0]);
const FIELDS = ['id', 'name', 'section', 'account', 'list', 'grid', 'points', 'most', 'open', 'column', 'sentence',
  'facts', 'at', 'excused'];
const learners = read('rows').flatMap(parsed).map((row) => Object.fromEntries(FIELDS.map((name, i) => [name, row[i]])));
const byId = new Map(learners.map((one, number) => [one.id, number]));
const VERDICTS = {p: 'passed', f: 'failed', w: 'pending', b: 'blocked', s: 'skipped', e: 'error', '-': 'unknown'};
const MARKS = {p: '✓', f: '✗', w: '…', b: '?', s: '-', e: '!', '-': ''};

const language = () => (document.getElementById('to-en').checked ? 'en' : 'vi');
const filled = (text, facts) => text.replace(/\{\{|\}\}|\{(\w+)[^{}]*\}/g,
  (found, name) => (name === undefined ? found[0] : facts && Object.hasOwn(facts, name) ? facts[name] : '…'));
const word = (key, facts) => filled(known.words[language()][key], facts);
const say = (key, facts) => word(`cohort.page.script.${key}`, facts);
const verdictOf = (letter) => (letter === '-' ? say('not_looked') : word(`verdict.${VERDICTS[letter]}`));
const titleOf = (column) => known.milestones[column][3][language()];
const sentenceOf = (number, facts) => (number < 0 ? ['', ''] : known.sentences[number][language()].map((text) => filled(text, facts)));
const time = (at) => at.replace('T', ' ').replace('Z', ' UTC');
const inTable = (table, value) => (typeof value === 'number' ? known[table][value] : value);

// One element; a text among the children becomes text.
function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.filter((one) => one !== ''));
  return made;
}
