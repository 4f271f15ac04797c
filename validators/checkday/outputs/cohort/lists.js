// The lists of learners: some at first, more when asked, and all that paper can bear when printed.
const FIRST = 20;
const STEP = 100;
const PAPER = 1000;
const odd = new Map();
for (const [id, name, facts] of known.signals) {
  if (!odd.has(id)) odd.set(id, []);
  odd.get(id).push([name, facts]);
}
const oddText = ([name, facts], part) => {
  const key = `gradebook.signal.${name}.${part}`;
  return Object.hasOwn(known.words[language()], key) ? word(key, facts) : part === 'seen' ? name : '';
};
const members = new Map(known.lists.map((name, number) =>
  [name, learners.flatMap((one, index) => (one.list === number ? [index] : []))]));
members.set('odd', [...odd.keys()].map((id) => byId.get(id)).filter((index) => index !== undefined));

function why(one, list) {
  if (list === 'odd') return odd.get(one.id).map((signal) => oddText(signal, 'seen')).join(' ');
  const title = one.column < 0 ? '' : `${titleOf(one.column)}. `;
  const excused = one.excused ? ` ${say('excused', {count: one.excused})}` : '';
  return `${title}${sentenceOf(one.sentence, one.facts)[0]}${excused}`;
}

function entry(index, list) {
  const one = learners[index];
  const name = el('button', {type: 'button', class: 'learner', onclick: () => openLearner(index)}, el('bdi', {}, one.name));
  const reason = why(one, list);
  return el('li', {}, name, ' ', el('code', {}, one.id), reason ? `: ${reason}` : '');
}

const shown = new Map([...members.keys()].map((name) => [name, FIRST]));
function showList(place, most) {
  const name = place.dataset.list;
  const all = members.get(name);
  const left = all.length - Math.min(all.length, most);
  const list = el('ol', {}, ...all.slice(0, most).map((index) => entry(index, name)));
  const more = el('button', {type: 'button', class: 'more'}, say('more', {count: left}));
  more.addEventListener('click', () => {
    shown.set(name, most + STEP);
    showList(place, most + STEP);
    place.querySelectorAll('li')[most].querySelector('button').focus();
  });
  place.replaceChildren(...(all.length ? [list] : []), ...(left ? [more] : []));
}
function showLists(most) {
  for (const place of document.querySelectorAll('[data-list]')) {
    showList(place, most ?? shown.get(place.dataset.list));
  }
}
