// The page: who looks at it, what of it is shown, and whether it may write.

import {byId} from './dom.js';
import {Keys} from './keys.js';
import {events, hasPassword, Refused, setPassword} from './node.js';
import {Overview} from './overview.js';
import {Prompt} from './prompt.js';
import {Slow} from './slow.js';
import {Vocabulary} from './vocabulary.js';

const RETRY_MILLIS = [500, 1_000, 2_000, 5_000];

/** Longer without an event the figures are called old. */
const OLD_MILLIS = 4_000;

const vocabulary = new Vocabulary();
let writing = false;
let admitted = false;
let stream = null;
let failures = 0;
let needsPassword = false;
let heardAt = 0;

const overview = new Overview(name => vocabulary.kindOf(name));
const prompt = new Prompt(vocabulary, () => writing);
const keys = new Keys(line => {
  location.hash = '#prompt';
  show();
  prompt.prefill(line);
});
const slow = new Slow();
const views = {overview: null, keys, prompt, slow};

// ---- Views -----------------------------------------------------------------------------------------------------------

function show() {
  const wanted = location.hash.slice(1);
  const view = Object.hasOwn(views, wanted) ? wanted : 'overview';
  byId('login').hidden = admitted || !needsPassword;
  byId('views').hidden = !admitted;
  byId('access').hidden = !admitted;
  byId('logout').hidden = !admitted || !hasPassword();
  for (const name of Object.keys(views)) byId(name).hidden = !admitted || name !== view;
  for (const link of byId('views').children) {
    if (link.hash === `#${view}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (admitted) views[view]?.open();
}

addEventListener('hashchange', show);

// Its target is no view, so it must not become the address.
document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault();
  byId('main').focus();
});

// ---- Figures ---------------------------------------------------------------------------------------------------------

/** One stream while the page is visible: a hidden page costs the node nothing, and no connection of the browser. */
async function follow() {
  stream?.abort();
  const mine = new AbortController();
  stream = mine;
  if (document.hidden) return;
  try {
    for await (const event of events(mine.signal)) {
      if (stream !== mine) return;
      if (!admitted) await admit();
      heard(event);
    }
    throw new Refused(0, 'The node ended the stream');
  } catch (failure) {
    if (stream !== mine || failure.name === 'AbortError') return;
    lost(failure);
    if (needsPassword) return;
    setTimeout(() => {
      if (stream === mine) follow();
    }, RETRY_MILLIS[Math.min(failures++, RETRY_MILLIS.length - 1)]);
  }
}

async function admit() {
  await vocabulary.load();
  admitted = true;
  needsPassword = false;
  setWriting(hasPassword());
  show();
}

function heard(event) {
  failures = 0;
  heardAt = performance.now();
  banner(event.status.leader_id === null ? 'No leader is known: writes wait, reads are refused. A majority of the members must reach each other.' : null);
  const {node_id: node, state} = event.status;
  byId('node').textContent = node;
  document.title = `${node} · ratis-kv`;
  pulse(state === 'LEADER' ? 'leader' : 'good', state.toLowerCase());
  overview.add(event);
}

function lost(failure) {
  if (failure.status === 401) {
    needsPassword = true;
    leave(hasPassword() ? 'That is not the password.' : '');
    return;
  }
  pulse('bad', 'no figures');
  banner(failure instanceof Refused ? failure.message : `This page failed: ${failure.message}`);
  if (!(failure instanceof Refused)) console.error(failure);
}

setInterval(() => {
  if (admitted && !document.hidden && performance.now() - heardAt > OLD_MILLIS) pulse('bad', 'no figures');
}, 1_000);

document.addEventListener('visibilitychange', follow);

function pulse(kind, text) {
  byId('pulse').className = `pulse ${kind}`;
  if (byId('pulse').textContent !== text) byId('pulse').textContent = text;
}

function banner(text) {
  byId('banner').hidden = text === null;
  if (byId('banner').textContent !== text) byId('banner').textContent = text ?? '';
}

// ---- Who looks -------------------------------------------------------------------------------------------------------

byId('login').querySelector('form').addEventListener('submit', event => {
  event.preventDefault();
  setPassword(byId('password').value);
  follow();
});

byId('logout').addEventListener('click', () => {
  needsPassword = true;
  stream?.abort();
  stream = null;
  setPassword(null);
  leave('');
});

/** Nothing that needed the password stays in the page. */
function leave(why) {
  setPassword(null);
  admitted = false;
  setWriting(false);
  pulse('', '');
  banner(null);
  byId('node').textContent = '';
  document.title = 'ratis-kv';
  overview.close();
  keys.close();
  prompt.close();
  slow.close();
  byId('login-error').textContent = why;
  byId('password').value = '';
  show();
  byId('password').focus();
}

function setWriting(allowed) {
  writing = allowed;
  const button = byId('access');
  button.textContent = allowed ? 'Writing' : 'Read-only';
  button.classList.toggle('writing', allowed);
  button.title = allowed ? 'Commands that change data are sent. Click for read-only.' : 'Commands that change data are not sent. Click to allow them.';
}

byId('access').addEventListener('click', () => {
  if (writing) setWriting(false);
  else if (hasPassword()) setWriting(true);
  else byId('unlock').showModal();
});

byId('unlock').addEventListener('close', () => {
  if (byId('unlock').returnValue === 'allow') setWriting(true);
  byId('unlock').returnValue = '';
});

// ---- Theme -----------------------------------------------------------------------------------------------------------

const root = document.documentElement;
const THEMES = {auto: '◐', light: '☀', dark: '☾'};

function setTheme(theme) {
  if (theme === 'auto') {
    delete root.dataset.theme;
    localStorage.removeItem('theme');
  } else {
    root.dataset.theme = theme;
    localStorage.setItem('theme', theme);
  }
  byId('theme').textContent = THEMES[theme];
  byId('theme').title = `Theme: ${theme}`;
  byId('theme').setAttribute('aria-label', `Theme: ${theme}`);
}

byId('theme').addEventListener('click', () => {
  const names = Object.keys(THEMES);
  setTheme(names[(names.indexOf(root.dataset.theme ?? 'auto') + 1) % names.length]);
});

setTheme(root.dataset.theme ?? 'auto');
follow();
