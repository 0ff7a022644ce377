// The keys by prefix, and what one of them holds, in a view for its type. Reads alone.

import {asText, hexDump, quoted, readable, toBase64, utf8} from './bytes.js';
import {byId, el, table} from './dom.js';
import {bytes, compact, count, span} from './format.js';
import {run, runText} from './node.js';

const FOUND_PAGE = 200;
const SCAN_COUNT = 1_000;
const MEMBERS_PAGE = 100;
const MEMBER_BYTES_MAX = 2 * 1024;
const STRING_PAGE_BYTES = 64 * 1024;
const GROUPS_MAX = 24;

/**
 * What is shown of each type.
 *
 * size: the command that counts members, and what they are called. page(key, from): the words that read a page from
 * there, null for the first. rows(reply): [cells of each member, where the next page begins, null at the end].
 */
const VIEWS = {
  string: {size: 'STRLEN', unit: 'bytes'},
  hash: {
    size: 'HLEN', unit: 'fields', columns: [['Field', 'bytes'], ['Value', 'bytes']],
    page: (key, from) => ['HSCAN', key, from ?? '0', 'COUNT', String(MEMBERS_PAGE)],
    rows: ([cursor, flat]) => [pairs(flat), next(cursor)],
  },
  list: {
    size: 'LLEN', unit: 'elements', columns: [['Index', 'number'], ['Element', 'bytes']],
    page: (key, from) => ['LRANGE', key, String(from ?? 0), String((from ?? 0) + MEMBERS_PAGE - 1)],
    rows: (elements, from) => [elements.map((element, i) => [(from ?? 0) + i, element]), nextIndex(elements, from)],
  },
  set: {
    size: 'SCARD', unit: 'members', columns: [['Member', 'bytes']],
    page: (key, from) => ['SSCAN', key, from ?? '0', 'COUNT', String(MEMBERS_PAGE)],
    rows: ([cursor, members]) => [members.map(member => [member]), next(cursor)],
  },
  zset: {
    size: 'ZCARD', unit: 'members', columns: [['Rank', 'number'], ['Score', 'number'], ['Member', 'bytes']],
    page: (key, from) => ['ZRANGE', key, String(from ?? 0), String((from ?? 0) + MEMBERS_PAGE - 1), 'WITHSCORES'],
    rows: (reply, from) => {
      // RESP3 has pairs, RESP2 one flat array.
      const members = Array.isArray(reply[0]) ? reply : pairs(reply);
      return [members.map(([member, score], i) => [(from ?? 0) + i, score, member]), nextIndex(members, from)];
    },
  },
  stream: {
    size: 'XLEN', unit: 'entries', columns: [['ID', 'id'], ['Fields', 'bytes']],
    page: (key, from) => ['XRANGE', key, from === null ? '-' : `(${from}`, '+', 'COUNT', String(MEMBERS_PAGE)],
    rows: entries => [
      entries.map(([id, fields]) => [id, fieldsOf(fields)]),
      entries.length < MEMBERS_PAGE ? null : readable(entries.at(-1)[0]),
    ],
  },
};

const pairs = flat => Array.from({length: flat.length / 2}, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
const next = cursor => (asText(cursor) === '0' ? null : asText(cursor));
const nextIndex = (page, from) => (page.length < MEMBERS_PAGE ? null : (from ?? 0) + page.length);

const fieldsOf = flat => el('dl', {class: 'fields'},
    pairs(flat).map(([field, value]) => [el('dt', {}, beginning(field)), el('dd', {}, beginning(value))]));

/** A prefix as a pattern that matches it alone. */
const pattern = prefix => prefix.replace(/[\\*?[\]]/g, '\\$&') + '*';

export class Keys {
  /** @param prefill puts a line on the command line */
  constructor(prefill) {
    this.prefill = prefill;
    this.scan = null;
    this.selected = null;
    byId('type').replaceChildren(el('option', {value: ''}, 'any'), ...Object.keys(VIEWS).map(type => el('option', {value: type}, type)));
    byId('database').replaceChildren(el('option', {value: '0'}, '0'));
    byId('scan').addEventListener('submit', event => {
      event.preventDefault();
      this.begin();
    });
    byId('more').addEventListener('click', () => this.go());
    byId('type').addEventListener('change', () => this.begin());
    byId('database').addEventListener('change', () => this.begin());
    byId('found').addEventListener('keydown', event => moveFocus(event, byId('found')));
    this.drawNone();
  }

  /** The view is looked at: the first time, or anew after a login. */
  async open() {
    if (this.scan !== null) return;
    await this.drawDatabases();
    await this.begin();
  }

  /** Forgets everything it shows. */
  close() {
    this.scan = null;
    this.selected = null;
    byId('found').replaceChildren();
    byId('groups').replaceChildren();
    byId('scanned').textContent = '';
    this.drawNone();
  }

  async drawDatabases() {
    const chosen = byId('database').value;
    let used = [];
    try {
      used = [...(await runText(['INFO', 'keyspace'])).matchAll(/^db(\d+):keys=(\d+)/gm)].map(([, db, keys]) => [db, Number(keys)]);
    } catch {
      // The scan says what is wrong.
    }
    if (!used.some(([db]) => db === '0')) used.unshift(['0', 0]);
    byId('database').replaceChildren(...used.map(([db, keys]) => el('option', {value: db, selected: db === chosen}, `${db} · ${compact(keys)}`)));
  }

  begin() {
    this.scan = {
      prefix: byId('prefix').value, type: byId('type').value, database: Number(byId('database').value),
      cursor: '0', keys: [], seen: new Set(), running: false, done: false,
    };
    byId('found').replaceChildren();
    return this.go();
  }

  /** Goes on until a page is full, or all keys were seen. */
  async go() {
    const scan = this.scan;
    if (scan.running || scan.done) return;
    scan.running = true;
    const goal = scan.keys.length + FOUND_PAGE;
    byId('more').hidden = true;
    try {
      while (this.scan === scan && !scan.done && scan.keys.length < goal) {
        const words = ['SCAN', scan.cursor, 'MATCH', pattern(scan.prefix), 'COUNT', String(SCAN_COUNT)];
        if (scan.type !== '') words.push('TYPE', scan.type);
        const [cursor, keys] = await run(words, scan.database);
        scan.cursor = asText(cursor);
        scan.done = scan.cursor === '0';
        for (const key of keys) {
          const id = toBase64(key);
          if (scan.seen.has(id)) continue;
          scan.seen.add(id);
          scan.keys.push(key);
        }
        if (this.scan === scan) this.drawScan(scan);
      }
    } catch (failure) {
      if (this.scan === scan) byId('scanned').textContent = failure.message;
    } finally {
      scan.running = false;
      if (this.scan === scan) byId('more').hidden = scan.done;
    }
  }

  drawScan(scan) {
    const list = byId('found');
    for (const key of scan.keys.slice(list.childElementCount)) list.append(this.entry(key, scan));
    const found = `${count(scan.keys.length)} ${scan.keys.length === 1 ? 'key' : 'keys'}`;
    byId('scanned').textContent = scan.done ? found : `${found}, more to scan`;
    this.drawGroups(scan);
  }

  entry(key, scan) {
    const button = el('button', {type: 'button', 'data-key': toBase64(key), click: () => this.select(key, scan.database, button)}, ...named(key, scan.prefix));
    return el('li', {}, button);
  }

  /** Longer prefixes, up to the next colon, that several of the keys found share. */
  drawGroups(scan) {
    const sizes = new Map();
    for (const key of scan.keys) {
      const text = asText(key);
      const end = text === null ? -1 : text.indexOf(':', scan.prefix.length);
      if (end >= 0) sizes.set(text.slice(0, end + 1), (sizes.get(text.slice(0, end + 1)) ?? 0) + 1);
    }
    const groups = [...sizes].filter(([, size]) => size > 1).sort((a, b) => b[1] - a[1]).slice(0, GROUPS_MAX);
    const up = scan.prefix === '' ? [] : [this.group(parent(scan.prefix), '↑ ' + (readable(utf8(parent(scan.prefix))) || 'all keys'))];
    const down = groups.length === 1 && groups[0][1] === scan.keys.length ? [] : groups;
    byId('groups').hidden = up.length + down.length === 0;
    byId('groups').replaceChildren(...up,
        ...down.map(([prefix, size]) => this.group(prefix, readable(utf8(prefix.slice(scan.prefix.length))), size)));
  }

  group(prefix, name, size) {
    return el('button', {type: 'button', class: 'chip', click: () => {
      byId('prefix').value = prefix;
      this.begin();
    }}, name, size === undefined ? null : el('span', {}, count(size)));
  }

  drawNone() {
    byId('value').replaceChildren(el('p', {class: 'empty'}, 'Choose a key to see what it holds.'));
  }

  async select(key, database, button) {
    if (button !== null) {
      for (const other of byId('found').querySelectorAll('[aria-current]')) other.removeAttribute('aria-current');
      button.setAttribute('aria-current', 'true');
    }
    const selected = {key, database};
    this.selected = selected;
    const ask = words => run(words, database);
    const panel = byId('value');
    try {
      const type = asText(await ask(['TYPE', key]));
      const view = VIEWS[type];
      const [millis, encoding, memory, size] = await Promise.all([
        ask(['PTTL', key]), asked(ask(['OBJECT', 'ENCODING', key])), asked(ask(['MEMORY', 'USAGE', key])),
        view ? ask([view.size, key]) : null,
      ]);
      if (this.selected !== selected) return;
      if (type === 'none') {
        panel.replaceChildren(this.heading(key, selected), el('p', {class: 'empty'}, 'There is no such key any more.'));
        return;
      }
      const facts = [
        ['Type', type],
        ['Encoding', encoding === null ? '–' : readable(encoding)],
        ['Size', view ? (type === 'string' ? bytes(size) : `${count(size)} ${view.unit}`) : '–'],
        ['Memory', memory === null ? '–' : bytes(memory)],
        ['Expires', millis < 0 ? 'never' : millis < 1000 ? 'in less than a second' : `in ${span(millis / 1000)}`],
      ];
      const body = el('div', {class: 'value-body'});
      panel.replaceChildren(
          this.heading(key, selected),
          el('dl', {class: 'facts'}, facts.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value)))),
          body);
      // Where they are one below the other, the value is what is wanted now.
      if (button !== null && matchMedia('(max-width: 900px)').matches) panel.scrollIntoView();
      if (type === 'string') await showString(body, key, size, ask);
      else if (view) await showMembers(body, view, type, key, ask);
      else body.append(el('p', {class: 'empty'}, `This page has no view for the type ${type}; the command line has its commands.`));
    } catch (failure) {
      if (this.selected === selected) panel.replaceChildren(this.heading(key, selected), el('p', {class: 'error'}, failure.message));
    }
  }

  heading(key, {database}) {
    return el('div', {class: 'panel-head'},
        el('h2', {class: 'key'}, readable(key)),
        el('div', {class: 'buttons'},
            el('button', {type: 'button', click: () => this.select(key, database, null)}, 'Refresh'),
            el('button', {type: 'button', click: () => this.prefill(' ' + quoted(key))}, 'To the command line')));
  }
}

/** Null where the server does not tell. */
const asked = reply => reply.catch(() => null);

const parent = prefix => prefix.slice(0, prefix.replace(/:$/, '').lastIndexOf(':') + 1);

/** The part that all keys share steps back. */
function named(key, prefix) {
  const shown = readable(key);
  const common = readable(utf8(prefix));
  if (shown === '') return [el('em', {}, '(empty)')];
  return common !== '' && shown.startsWith(common) ? [el('span', {class: 'dim'}, common), shown.slice(common.length)] : [shown];
}

async function showString(body, key, size, ask) {
  const value = await ask(['GETRANGE', key, '0', String(STRING_PAGE_BYTES - 1)]);
  const text = asText(value);
  const forms = {};
  const json = text === null || size > STRING_PAGE_BYTES ? undefined : parsed(text);
  if (json !== undefined) forms.JSON = JSON.stringify(json, null, 2);
  if (text !== null) forms.Text = text;
  forms.Hex = hexDump(value);
  const shown = el('pre', {tabindex: 0});
  const tabs = el('div', {class: 'tabs', role: 'group', 'aria-label': 'Form'}, Object.keys(forms).map(form => el('button', {
    type: 'button', 'aria-pressed': 'false', click: event => choose(event.currentTarget),
  }, form)));
  const choose = tab => {
    for (const other of tabs.children) other.setAttribute('aria-pressed', String(other === tab));
    shown.textContent = forms[tab.textContent];
  };
  choose(tabs.firstChild);
  body.replaceChildren(tabs, shown);
  if (size > STRING_PAGE_BYTES) body.append(el('p', {class: 'aside'}, `The first ${bytes(STRING_PAGE_BYTES)} of ${bytes(size)}.`));
}

/** Undefined when it is no JSON of more than one value. */
function parsed(text) {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function showMembers(body, view, type, key, ask) {
  const shown = table(`Members of the ${type}`, view.columns, []);
  const more = el('button', {type: 'button', hidden: true}, 'More');
  let from = null;
  const go = async () => {
    more.disabled = true;
    const [rows, following] = view.rows(await ask(view.page(key, from)), from);
    shown.tBodies[0].append(...rows.map(cells => el('tr', {}, cells.map((cell, i) => el('td', {class: view.columns[i][1]}, shownCell(cell))))));
    from = following;
    more.hidden = following === null;
    more.disabled = false;
  };
  more.addEventListener('click', () => go().catch(failure => body.append(el('p', {class: 'error'}, failure.message))));
  body.replaceChildren(el('div', {class: 'scroll-x'}, shown), more);
  await go();
}

const shownCell = cell => (cell instanceof Uint8Array ? beginning(cell) : cell instanceof Element ? cell : String(cell));

/** A long member would fill the page, and keep the browser busy. */
const beginning = member => (member.length <= MEMBER_BYTES_MAX
  ? readable(member)
  : [readable(member.subarray(0, MEMBER_BYTES_MAX)), el('span', {class: 'dim'}, ` … ${bytes(member.length)} in all`)]);

/** The arrow keys go through a list of buttons. */
function moveFocus(event, list) {
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...list.querySelectorAll('button')];
  buttons[Math.max(0, Math.min(buttons.length - 1, buttons.indexOf(document.activeElement) + step))]?.focus();
}
