// The page: looks at one sale once a second, draws what it sees, and says how old that is.

import { Chart } from './charts.js';
import { Dialogs } from './dialogs.js';
import { Figures } from './figures.js';
import * as server from './server.js';
import * as tables from './tables.js';
import { count, hourAndMinute, rate, seconds, span, standing, time } from './words.js';

const EACH_MILLIS = 1_000;
const LIST_EACH_MILLIS = 5_000;
const LATE_MILLIS = 3_000;
const KEPT_MILLIS = 15 * 60_000;
const RATE_MILLIS = 3_000;
const SELLING_MILLIS = 10_000;
const [TIME, PAUSED, ACCEPTED, REFUSED, FAILED, DELAY, FIRST_PRODUCT] = [0, 1, 2, 3, 4, 5, 6];

const $ = (id) => document.getElementById(id);
const figures = new Figures($('figures'));
const dialogs = new Dialogs((sentence) => {
  $('told').textContent = sentence;
  look();
});

let sales = [];
let chosen = location.hash.slice(1);
let points = [];
let series = [];
let counted = [];
let last = null;
let lastGood = null;
let looking = false;

const left = (point) => point.slice(FIRST_PRODUCT).reduce((sum, units) => sum + units, 0);

// How much a number rose a second, from the point before to one; null where that cannot be said.
function risen(i, column) {
  if (i === 0) return null;
  const [before, now] = [points[i - 1], points[i]];
  const rise = now[column] - before[column];
  return rise < 0 ? null : (1000 * rise) / (now[TIME] - before[TIME]);
}

const charts = {
  burn: new Chart($('burn'), (i, pointed) => `${stamp(i, pointed)}${count(left(points[i]))}`, point),
  accepted: new Chart($('accepted'), (i, pointed) => `${stamp(i, pointed)}${rate(risen(i, ACCEPTED))}`, point),
  refused: new Chart($('refused'), (i, pointed) => `${stamp(i, pointed)}${rate(risen(i, REFUSED))}`, point),
  delay: new Chart($('delay'), (i, pointed) => `${stamp(i, pointed)}${seconds(points[i][DELAY])}`, point),
};

const stamp = (i, pointed) => (pointed ? `${time(points[i][TIME])} · ` : '');

function point(index) {
  Object.values(charts).forEach((chart) => chart.point(index));
}

function remember(history, now) {
  if (history.products.join() !== series.join()) {
    series = history.products;
    points = [];
  }
  const latest = points.at(-1)?.[TIME] ?? 0;
  points.push(...history.points.filter((each) => each[TIME] > latest));
  points = points.filter((each) => each[TIME] > now - KEPT_MILLIS);
}

// What rose a second over the last while, of numbers that only rise.
function overTheLast(millis, value) {
  const end = points.at(-1);
  const begin = end && points.findLast((each) => each[TIME] <= end[TIME] - millis);
  return begin ? (1000 * (value(end) - value(begin))) / (end[TIME] - begin[TIME]) : null;
}

function rates(state) {
  counted = [...counted, { now: state.now, counts: state.counts }].filter((each) => each.now > state.now - 2 * RATE_MILLIS);
  const before = counted.findLast((each) => each.now <= state.now - RATE_MILLIS) ?? counted[0];
  const outcomes = {};
  for (const [name, inAll] of Object.entries(state.counts)) {
    const rise = inAll - (before.counts[name] ?? 0);
    outcomes[name] = before.now < state.now && rise >= 0 ? (1000 * rise) / (state.now - before.now) : null;
  }
  const refused = Object.keys(state.counts).filter((name) => !['ACCEPTED', 'REPLAYED', 'FAILED'].includes(name));
  const known = before.now < state.now;
  return {
    outcomes,
    accepted: outcomes.ACCEPTED ?? (known ? 0 : null),
    refused: known ? refused.reduce((sum, name) => sum + (outcomes[name] ?? 0), 0) : null,
    failed: outcomes.FAILED ?? 0,
    refusedInAll: refused.reduce((sum, name) => sum + state.counts[name], 0),
    selling: overTheLast(SELLING_MILLIS, (each) => -left(each)),
  };
}

function pauses() {
  const found = [];
  points.forEach((each, i) => {
    if (!each[PAUSED]) return;
    const from = i > 0 ? points[i - 1][TIME] : each[TIME];
    if (i > 0 && points[i - 1][PAUSED]) found.at(-1)[1] = each[TIME];
    else found.push([from, each[TIME]]);
  });
  return found;
}

function drawCurves() {
  const times = points.map((each) => each[TIME]);
  const draw = (chart, layers) => chart.draw({ times, layers, paused: pauses(), hourAndMinute });
  draw(charts.burn, series.map((_, n) => points.map((each) => each[FIRST_PRODUCT + n])));
  draw(charts.accepted, [points.map((_, i) => risen(i, ACCEPTED))]);
  draw(charts.refused, [points.map((_, i) => risen(i, REFUSED))]);
  draw(charts.delay, [points.map((each) => each[DELAY] / 1000)]);
}

function drawSale(state) {
  const sale = state.activity.value;
  const now = rates(state);
  figures.show(state, now);
  drawCurves();
  state.series = series.map((name) => name ?? 'others');
  tables.products($('products'), state, state.caller.mayAddStock, (id) => addStock(id));
  tables.outcomes($('outcomes'), state.counts, now.outcomes);
  tables.workers($('workers'), state.streams);
  tables.letters($('letters'), state.letters, state.streams.value?.letters ?? 0, state.now);
  tables.findings($('findings-section'), state.books);
  if (sale) {
    $('state').textContent = sale.preheated ? sale.state : `${sale.state}, not preheated`;
    $('state').dataset.state = sale.state;
    $('state').hidden = false;
    $('window').textContent = standing(sale, state.now);
    const remaining = state.stock.value ? `${count(state.stock.value.remaining)} left · ` : '';
    document.title = `${remaining}${sale.name} · Seckill`;
  }
  drawActions(sale, state.caller);
  drawTroubles(state);
}

function drawActions(sale, caller) {
  const open = sale && sale.state !== 'ENDED';
  $('pause').hidden = sale?.state === 'PAUSED';
  $('resume').hidden = sale?.state !== 'PAUSED';
  $('pause').disabled = $('resume').disabled = !open || !caller.mayPause;
  $('add').disabled = !open || !caller.mayAddStock || !last?.stock.value;
}

// Parts that could not be read, in sentences that do not change while that stays so.
function drawTroubles(state) {
  const parts = { activity: 'The activity', stock: 'Its stock', streams: 'Its streams', letters: 'Its dead letters', books: 'Its books' };
  const sentences = Object.entries(parts)
    .filter(([name]) => state[name].error)
    .map(([name, what]) => `${what} cannot be read: ${state[name].message}`);
  const list = $('troubles');
  if (list.textContent !== sentences.join('')) {
    list.replaceChildren(...sentences.map((sentence) => Object.assign(document.createElement('li'), { textContent: sentence })));
  }
  list.hidden = sentences.length === 0;
}

function drawCaller(caller) {
  $('who').hidden = !caller.asked;
  const changes = caller.mayPause || caller.mayAddStock ? '' : ', may look only';
  $('name').textContent = `${caller.name} · ${caller.roles.join(', ')}${changes}`;
}

function drawSales() {
  const options = sales.map((sale) => [sale.id, `${sale.id} · ${sale.name}`]);
  if (chosen && !sales.some((sale) => sale.id === chosen)) options.push([chosen, chosen]); // older than those that are listed
  const shown = [...$('choice').options].map((option) => [option.value, option.text]);
  if (JSON.stringify(options) !== JSON.stringify(shown)) {
    $('choice').replaceChildren(...options.map(([id, text]) => new Option(text, id)));
  }
  $('choice').value = chosen;
  $('empty').hidden = sales.length > 0;
}

function choose(id) {
  if (id === chosen && last) return;
  chosen = id;
  [points, series, counted, last] = [[], [], [], null];
  history.replaceState(null, '', `#${id}`);
  $('choice').value = id;
}

async function list() {
  const { value, message, error, caller } = await server.activities();
  if (!value) throw new server.Refused(503, error, message);
  sales = value;
  if (!/^[0-9]{1,18}$/.test(chosen)) {
    const open = sales.find((sale) => sale.preheated && ['ACTIVE', 'PAUSED'].includes(sale.state));
    chosen = (open ?? sales[0])?.id ?? '';
  }
  drawCaller(caller);
  drawSales();
}

let listedAt = -LIST_EACH_MILLIS;

async function look() {
  if (looking) return;
  looking = true;
  try {
    if (performance.now() - listedAt >= LIST_EACH_MILLIS) {
      await list();
      listedAt = performance.now();
    }
    if (chosen) {
      const asked = chosen;
      const state = await server.state(asked, points.at(-1)?.[TIME] ?? 0);
      if (asked !== chosen) return;
      remember(state.history, state.now);
      last = state;
      drawCaller(state.caller);
      drawSale(state);
    }
    lastGood = { at: performance.now(), time: Date.now() };
    enter(false);
    $('sale').hidden = !chosen;
    link('live');
  } catch (e) {
    if (e instanceof server.Refused && (e.status === 401 || e.status === 403)) enter(true, e);
    else if (e instanceof server.Refused || e instanceof server.Lost) lost(e);
    else throw e;
  } finally {
    looking = false;
  }
}

function enter(asked, refusal) {
  if ($('enter').hidden !== asked) return;
  $('enter').hidden = !asked;
  if (!asked) return;
  $('sale').hidden = true;
  $('who').hidden = true;
  drawActions(null, {});
  $('enter-error').textContent = server.token.get() ? `${refusal.message} (${refusal.reason})` : '';
  server.token.forget();
  $('token').value = '';
  $('token').focus();
  link('out');
}

function lost(failure) {
  if (document.body.dataset.link !== 'lost') {
    const since = lastGood ? ` Everything below is as of ${time(lastGood.time)}.` : '';
    $('lost').textContent = `Connection lost: ${failure.message}.${since}`;
    if (!document.title.startsWith('⚠')) document.title = `⚠ lost · ${document.title}`;
  }
  link('lost');
}

function link(to) {
  document.body.dataset.link = to;
  $('lost').hidden = to !== 'lost';
  tick();
}

// How old what is shown is; goes on by itself when nothing comes.
function tick() {
  const age = lastGood ? performance.now() - lastGood.at : 0;
  const now = document.body.dataset.link;
  if (now === 'live' && age > LATE_MILLIS) document.body.dataset.link = 'late';
  if (now === 'late' && age <= LATE_MILLIS) document.body.dataset.link = 'live';
  const texts = { first: 'Connecting', live: 'Live', late: `No news for ${span(age)}`, lost: lastGood ? `Lost · ${span(age)} old` : 'Lost', out: 'Not signed in' };
  $('link').textContent = texts[document.body.dataset.link];
}

function addStock(product) {
  dialogs.open('add-stock', last.activity.value, last.stock.value.products, product);
}

$('choice').addEventListener('change', () => {
  choose($('choice').value);
  look();
});
$('pause').addEventListener('click', () => dialogs.open('pause', last.activity.value));
$('resume').addEventListener('click', () => dialogs.open('resume', last.activity.value));
$('add').addEventListener('click', () => addStock(null));
$('leave').addEventListener('click', () => {
  server.token.forget();
  listedAt = -LIST_EACH_MILLIS;
  look();
});
$('enter-form').addEventListener('submit', (event) => {
  event.preventDefault();
  server.token.set($('token').value);
  $('enter-error').textContent = '';
  listedAt = -LIST_EACH_MILLIS;
  $('enter').hidden = true;
  look();
});
window.addEventListener('hashchange', () => {
  choose(location.hash.slice(1));
  look();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) look();
});

setInterval(tick, 500);
setInterval(look, EACH_MILLIS);
look();
