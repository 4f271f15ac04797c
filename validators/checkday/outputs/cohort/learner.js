// One learner: every finding with its reason in words, what vouches for it, and the calls it rests on.
const CHUNK = known.chunk;
const unpacked = new Map();
const dialog = document.getElementById('learner');
const open = {index: -1, column: -1};

function findingsOf(index) {
  const number = Math.floor(index / CHUNK);
  if (!unpacked.has(number)) {
    unpacked.clear();
    unpacked.set(number, parsed(read('cells')[number]));
  }
  return unpacked.get(number)[index % CHUNK];
}

function openLearner(index, column = -1) {
  Object.assign(open, {index, column});
  fillLearner();
  dialog.showModal();
  dialog.scrollTop = 0;
  const wanted = column < 0 ? null : document.getElementById(`f${column}`);
  if (wanted) {
    wanted.scrollIntoView({block: 'center'});
    wanted.focus({preventScroll: true});
  }
}

function fillLearner() {
  const one = learners[open.index];
  const [cells, ...left] = findingsOf(open.index);
  const list = known.lists[one.list];
  const heading = el('h2', {id: 'learner-name'}, el('bdi', {}, one.name));
  const close = el('button', {type: 'button', class: 'close', onclick: () => dialog.close()}, say('close'));
  const who = [one.id, one.account && `${say('account')} ${one.account}`, one.section && `${say('section')} ${one.section}`];
  dialog.replaceChildren(
    el('div', {class: 'bar'}, heading, close),
    el('p', {class: 'soft'}, el('bdi', {}, who.filter(Boolean).join(' · '))),
    el('p', {}, el('strong', {class: list}, word(`cohort.page.list.${list}`)), `${one.most ? ` · ${say('points', {points: one.points, most: one.most})}` : ''}`,
      one.open ? ` · ${say('open', {count: one.open})}` : '',
      one.at ? ` · ${say('looked', {at: time(one.at)})}` : ''),
    ...(cells.length ? [] : sentenceOf(one.sentence, one.facts).map((text) => el('p', {}, text))),
    ...noted(say('signals'), (odd.get(one.id) ?? []).map((signal) => `${oddText(signal, 'seen')} ${oddText(signal, 'todo')}`)),
    ...(cells.length ? noted(say('left'), leftOf(...left)) : []),
    ...tasksOf(cells, one),
  );
}

function leftOf(costly, free, searched) {
  const lines = costly.map(([arn, usd]) => `${arn} · ${say('monthly', {usd: usd === null ? '?' : usd.toFixed(2)})}`);
  if (free) lines.push(say('left_free', {count: free}));
  if (!searched) lines.push(say('left_unseen'));
  return lines;
}

function noted(title, lines) {
  return lines.length ? [el('h3', {}, title), el('ul', {}, ...lines.map((line) => el('li', {}, el('bdi', {}, line))))] : [];
}

function tasksOf(cells, one) {
  const parts = [];
  let task = '';
  cells.forEach((cell, column) => {
    if (cell === -1) return;
    if (known.milestones[column][1] !== task) {
      task = known.milestones[column][1];
      const address = `${known.site}/${language()}/${task}.html`;
      parts.push(el('h3', {}, el('a', {href: address, rel: 'noreferrer'}, known.tasks[task][language()])), el('ul', {class: 'findings'}));
    }
    parts.at(-1).append(finding(cell, column, one));
  });
  return parts;
}

function finding(cell, column, one) {
  const [number, facts, seenAt] = Array.isArray(cell) ? cell : [cell, 0, ''];
  const [letter, sentence, proof, trust, points, cause, calls] = inTable('kinds', number);
  const [id, , most] = known.milestones[column];
  const [seen, todo] = sentenceOf(sentence, facts);
  const vouched = [proof && word(`cohort.page.proof.${proof}`), trust && word(`cohort.page.trust.${trust}`),
    seenAt && say('from', {at: time(seenAt)})].filter(Boolean).join(' · ');
  return el('li', {class: VERDICTS[letter], id: `f${column}`, tabindex: '-1'},
    el('span', {class: 'mark', 'aria-hidden': 'true'}, MARKS[letter]),
    el('p', {}, el('strong', {}, titleOf(column)), ' · ', el('span', {class: 'verdict'}, verdictOf(letter)),
      ` · ${points ?? '-'}/${most} · `, el('code', {}, id)),
    ...[seen, todo, letter === 's' ? say('waits', {name: cause}) : '', vouched].filter(Boolean).map((text) => el('p', {}, text)),
    ...waivedBy(id, one).map((text) => el('p', {class: 'waived'}, el('bdi', {}, text))),
    calls.length ? el('p', {class: 'soft'}, `${say('calls')} `, ...calls.map((call) => el('code', {class: 'line'}, inTable('calls', call))))
      : '');
}

function waivedBy(id, one) {
  return known.waivers
    .filter(([learner, subject]) => learner === one.id && (id === subject || id.startsWith(`${subject}.`)))
    .map(([, , reason, until, by]) => `${say('waived', {reason, until, by})}${one.at.slice(0, 10) > until ? ` ${say('over')}` : ''}`);
}
