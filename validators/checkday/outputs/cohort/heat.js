// The heat map: a grid of which only the rows in sight exist, beside a picture of the whole.
const ROW = 22;
const SPARE = 4;
const PICTURE = 2000;
const columns = known.milestones.length;
const map = {view: learners.map((_, index) => index), row: 0, column: 0, pool: [], last: 0};

function buildMap() {
  const place = document.getElementById('map');
  map.find = el('input', {type: 'search', id: 'find', oninput: filterMap});
  map.only = el('select', {id: 'only', onchange: filterMap});
  map.count = el('output', {for: 'find only'});
  map.said = el('p', {class: 'said', id: 'said'});
  map.head = el('div', {role: 'row', class: 'head', 'aria-rowindex': '1'});
  map.body = el('div', {role: 'rowgroup', class: 'body'});
  map.grid = el('div', {role: 'grid', tabindex: '0', class: 'grid', 'aria-colcount': columns + 1, onkeydown: mapKey,
    onclick: mapClick}, el('div', {role: 'rowgroup', class: 'top'}, map.head), map.body);
  map.scroller = el('div', {class: 'scroller', onscroll: () => requestAnimationFrame(paintMap)}, map.grid);
  map.canvas = el('canvas', {class: 'picture', role: 'img', onclick: mapJump});
  map.labels = [el('label', {for: 'find'}), el('label', {for: 'only'})];
  map.keys = el('p', {class: 'soft'});
  map.paper = el('p', {class: 'paper'});
  place.append(el('p', {class: 'tools'}, map.labels[0], map.find, map.labels[1], map.only, map.count), map.keys, map.paper,
    el('div', {class: 'both'}, map.scroller, map.canvas), map.said);
  place.parentElement.hidden = false;
  // A small cohort needs no window of its own height; the scroll bar below wants its room too.
  map.scroller.parentElement.style.setProperty('--whole', `${(learners.length + 2) * ROW}px`);
  map.body.style.setProperty('--columns', columns);
  map.head.style.setProperty('--columns', columns);
  new ResizeObserver(paintMap).observe(map.scroller);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => paintPicture(false));
}

function speakMap() {
  map.labels[0].textContent = say('find');
  map.labels[1].textContent = say('list');
  map.keys.textContent = say('keys');
  map.paper.replaceChildren(`${say('picture')}.`, ...Object.entries(VERDICTS).flatMap(([letter, name]) =>
    [el('span', {class: `swatch ${name}`}), verdictOf(letter)]));
  map.grid.setAttribute('aria-label', say('grid'));
  map.canvas.setAttribute('aria-label', say('picture'));
  const chosen = map.only.value;
  map.only.replaceChildren(el('option', {value: ''}, say('every')),
    ...[...members.keys()].map((name) => el('option', {value: name}, word(`cohort.page.list.${name}`))));
  map.only.value = chosen;
  const days = known.milestones.map(([id]) => id.slice(3, id.indexOf('.')));
  map.head.replaceChildren(el('span', {role: 'columnheader', class: 'name'}, say('learner')),
    ...known.milestones.map(([id], column) => {
      const first = days[column] !== days[column - 1];
      return el('span', {role: 'columnheader', title: `${id} ${titleOf(column)}`, class: first ? 'day' : null},
        el('span', {class: 'spoken'}, titleOf(column)), first ? el('span', {'aria-hidden': 'true'}, days[column]) : '');
    }));
  map.pool = [];
  filterMap();
}

function filterMap() {
  const text = map.find.value.normalize('NFC').toLowerCase();
  const within = map.only.value ? new Set(members.get(map.only.value)) : null;
  map.view = [];
  learners.forEach((one, index) => {
    const matches = !text || `${one.id} ${one.name} ${one.section}`.toLowerCase().includes(text);
    if (matches && (!within || within.has(index))) map.view.push(index);
  });
  map.row = Math.min(map.row, Math.max(0, map.view.length - 1));
  map.count.textContent = say('shown', {count: map.view.length, total: learners.length});
  map.grid.setAttribute('aria-rowcount', map.view.length + 1);
  map.body.style.height = `${map.view.length * ROW}px`;
  map.pool.forEach((one) => { one.dataset.index = ''; });
  paintMap();
  paintPicture(false);
}

// Rows are used again as they leave the window, so their number depends on its height alone.
function paintMap() {
  const wanted = Math.ceil(map.scroller.clientHeight / ROW) + 2 * SPARE;
  while (map.pool.length < wanted) map.pool.push(emptyRow());
  map.pool.length = wanted;
  const first = Math.max(0, Math.min(Math.floor(map.scroller.scrollTop / ROW) - SPARE, map.view.length - wanted));
  const used = [];
  for (let row = first; row < Math.min(first + wanted, map.view.length); row += 1) {
    const element = map.pool[row % wanted];
    if (element.dataset.index !== String(map.view[row]) || element.dataset.row !== String(row)) fillRow(element, row);
    used.push(element);
  }
  if (used.length !== map.body.childElementCount || used.some((one, at) => one !== map.body.children[at])) {
    map.body.replaceChildren(...used);
  }
  markActive();
}

function emptyRow() {
  return el('div', {role: 'row', class: 'row'}, el('span', {role: 'rowheader', class: 'name'}),
    ...known.milestones.map(() => el('span', {role: 'gridcell'})));
}

function fillRow(element, row) {
  const index = map.view[row];
  const one = learners[index];
  element.dataset.index = index;
  element.dataset.row = row;
  element.setAttribute('aria-rowindex', row + 2);
  element.style.transform = `translateY(${row * ROW}px)`;
  element.firstChild.textContent = one.name;
  element.firstChild.title = one.id;
  element.firstChild.id = `c${row}.0`;
  for (let column = 0; column < columns; column += 1) {
    const cell = element.childNodes[column + 1];
    const letter = one.grid[column];
    cell.className = VERDICTS[letter];
    cell.textContent = MARKS[letter];
    cell.id = `c${row}.${column + 1}`;
    cell.setAttribute('aria-label', `${titleOf(column)}: ${verdictOf(letter)}`);
  }
}

function markActive() {
  map.body.querySelector('.active')?.classList.remove('active');
  const cell = document.getElementById(`c${map.row}.${map.column}`);
  if (!cell) {
    map.grid.removeAttribute('aria-activedescendant');
    return;
  }
  cell.classList.add('active');
  map.grid.setAttribute('aria-activedescendant', cell.id);
}

function moveTo(row, column) {
  map.row = Math.max(0, Math.min(row, map.view.length - 1));
  map.column = Math.max(0, Math.min(column, columns));
  const room = map.scroller.clientHeight - 2 * ROW;
  const top = map.row * ROW;
  if (top < map.scroller.scrollTop) map.scroller.scrollTop = top;
  if (top > map.scroller.scrollTop + room) map.scroller.scrollTop = top - room;
  paintMap();
  document.getElementById(`c${map.row}.${map.column}`)?.scrollIntoView({block: 'nearest', inline: 'nearest'});
  const one = learners[map.view[map.row]];
  map.said.textContent = !one ? '' : map.column === 0 ? `${one.name} (${one.id})`
    : `${one.name} (${one.id}) · ${titleOf(map.column - 1)} · ${verdictOf(one.grid[map.column - 1])}`;
}

function mapKey(event) {
  const page = Math.max(1, Math.floor(map.scroller.clientHeight / ROW) - 2);
  const far = event.ctrlKey || event.metaKey;
  const moves = {
    ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-page, 0], PageDown: [page, 0],
    Home: [far ? -Infinity : 0, -Infinity], End: [far ? Infinity : 0, Infinity],
  };
  if (event.key === 'Enter' || event.key === ' ') {
    if (map.view.length) openLearner(map.view[map.row], map.column - 1);
  } else if (moves[event.key]) {
    moveTo(map.row + moves[event.key][0], map.column + moves[event.key][1]);
  } else return;
  event.preventDefault();
}

function mapClick(event) {
  const cell = event.target.closest('[id^="c"]');
  const row = cell?.closest('.row');
  if (!row) return;
  moveTo(Number(row.dataset.row), [...row.childNodes].indexOf(cell));
  openLearner(map.view[map.row], map.column - 1);
}

function mapJump(event) {
  const share = event.offsetY / map.canvas.clientHeight;
  map.scroller.scrollTop = share * map.view.length * ROW - map.scroller.clientHeight / 2;
}

// One point a milestone and, of more learners than there are points, only some.
function paintPicture(onPaper) {
  const style = getComputedStyle(document.documentElement);
  const colors = Object.fromEntries(Object.entries(VERDICTS).map(([letter, name]) =>
    [letter, style.getPropertyValue(onPaper ? `--paper-${name}` : `--cell-${name}`).trim()]));
  const height = Math.max(1, Math.min(map.view.length, PICTURE));
  map.canvas.width = columns;
  map.canvas.height = height;
  const pen = map.canvas.getContext('2d');
  for (let y = 0; y < height && map.view.length; y += 1) {
    const {grid} = learners[map.view[Math.floor((y * map.view.length) / height)]];
    for (let x = 0; x < columns; x += 1) {
      pen.fillStyle = colors[grid[x]];
      pen.fillRect(x, y, 1, 1);
    }
  }
}
