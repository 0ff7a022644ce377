// The command line: history, completion, hints and replies as redis-cli shows them. While the page is read-only, what is
// not known to change nothing is not sent.

import {asText, literal, splitWords} from './bytes.js';
import {byId, el} from './dom.js';
import {duration} from './format.js';
import {run} from './node.js';

const HISTORY_MAX = 200;
const REPLIES_MAX = 200;
const CHOICES_MAX = 40;
const LINES_MAX = 2_000;
const TEXT_BYTES_MAX = 64 * 1024;

export class Prompt {
  /** @param mayWrite asked before each request */
  constructor(vocabulary, mayWrite) {
    this.vocabulary = vocabulary;
    this.mayWrite = mayWrite;
    this.history = [];
    this.at = 0;
    this.draft = '';
    this.choices = [];
    this.chosen = -1;
    this.database = 0;
    this.line = byId('line');
    this.line.addEventListener('input', () => this.typed());
    this.line.addEventListener('keydown', event => this.key(event));
    this.line.addEventListener('blur', () => this.offer([]));
    byId('ask').addEventListener('submit', event => {
      event.preventDefault();
      this.submit();
    });
    byId('output').addEventListener('click', () => {
      if (String(getSelection()) === '') this.line.focus();
    });
    this.greet();
  }

  greet() {
    byId('output').replaceChildren(el('p', {class: 'note'},
        'Tab completes, ↑ and ↓ go through what was typed, Ctrl+L clears. HELP and a command’s name tells what it does.'));
  }

  /** Forgets everything it shows. */
  close() {
    this.history = [];
    this.at = 0;
    this.set('');
    this.greet();
  }

  open() {
    this.typed();
    this.line.focus();
  }

  /** A line to go on with, the cursor before it. */
  prefill(text) {
    this.set(text);
    this.line.setSelectionRange(0, 0);
    this.line.focus();
  }

  set(text) {
    this.line.value = text;
    this.typed();
  }

  typed() {
    this.offer([]);
    const line = this.line.value;
    const words = this.words(line);
    const hint = words === null || words.length === 0 ? null : this.vocabulary.hint(words);
    const rest = hint !== null && /\s$/.test(line) ? hint.rest : '';
    byId('ghost').replaceChildren(el('span', {class: 'typed'}, line), rest);
    byId('hint').textContent = hint?.summary ?? '';
  }

  /** As text; null while a quote is open. */
  words(line) {
    return splitWords(line)?.map(word => asText(word) ?? '') ?? null;
  }

  key(event) {
    if (event.key === 'Tab' && !event.shiftKey && !event.ctrlKey && !event.altKey && this.line.value !== '') {
      if (this.complete(1)) event.preventDefault();
    } else if (event.key === 'Tab' && event.shiftKey && this.choices.length > 0) {
      event.preventDefault();
      this.complete(-1);
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      const step = event.key === 'ArrowUp' ? -1 : 1;
      if (this.choices.length > 0) this.complete(step);
      else this.recall(step);
    } else if (event.key === 'Escape') {
      this.offer([]);
    } else if (event.key === 'l' && event.ctrlKey) {
      event.preventDefault();
      this.greet();
    }
  }

  recall(step) {
    if (this.at === this.history.length) this.draft = this.line.value;
    this.at = Math.max(0, Math.min(this.history.length, this.at + step));
    this.set(this.history[this.at] ?? this.draft);
    this.line.setSelectionRange(this.line.value.length, this.line.value.length);
  }

  /** True when there was something to complete with. The first time it adds what all choices share. */
  complete(step) {
    if (this.choices.length === 0) {
      const [, head, begun] = /^(.*?)(\S*)$/s.exec(this.line.value);
      const before = this.words(head);
      if (before === null) return false;
      const choices = this.vocabulary.completions(before, begun);
      if (choices.length === 0) return false;
      if (choices.length === 1) {
        this.set(head + choices[0] + ' ');
        return true;
      }
      this.head = head;
      this.set(head + shared(choices, begun));
      this.offer(choices.slice(0, CHOICES_MAX));
      return true;
    }
    this.chosen = (this.chosen + step + this.choices.length) % this.choices.length;
    if (this.chosen < 0) this.chosen = 0;
    const choices = this.choices;
    const chosen = this.chosen;
    this.set(this.head + choices[chosen]);
    this.offer(choices, chosen);
    return true;
  }

  offer(choices, chosen = -1) {
    this.choices = choices;
    this.chosen = chosen;
    const list = byId('choices');
    list.hidden = choices.length === 0;
    this.line.setAttribute('aria-expanded', String(choices.length > 0));
    list.replaceChildren(...choices.map((choice, i) => el('li', {
      id: `choice-${i}`, role: 'option', 'aria-selected': String(i === chosen),
      mousedown: event => {
        event.preventDefault();
        this.set(this.head + choice + ' ');
      },
    }, choice)));
    if (chosen >= 0) {
      this.line.setAttribute('aria-activedescendant', `choice-${chosen}`);
      list.children[chosen].scrollIntoView({block: 'nearest'});
    } else {
      this.line.removeAttribute('aria-activedescendant');
    }
  }

  async submit() {
    const line = this.line.value.trim();
    if (line === '') return;
    if (this.history.at(-1) !== line) this.history.push(line);
    if (this.history.length > HISTORY_MAX) this.history.shift();
    this.at = this.history.length;
    this.set('');
    const entry = el('article', {}, el('p', {class: 'asked'}, el('span', {class: 'sign', 'aria-hidden': 'true'}, this.sign()), line));
    const output = byId('output');
    output.append(entry);
    while (output.childElementCount > REPLIES_MAX) output.firstElementChild.remove();
    const began = performance.now();
    const [kind, text] = await this.answer(line);
    entry.append(el('pre', {class: kind}, text));
    if (kind === 'reply') entry.append(el('span', {class: 'took'}, duration(Math.round((performance.now() - began) * 10) / 10)));
    output.scrollTop = output.scrollHeight;
  }

  sign() {
    return this.database === 0 ? '>' : `[${this.database}]>`;
  }

  /** [kind, text] */
  async answer(line) {
    const words = splitWords(line);
    if (words === null) return ['error', 'A quote is not closed, or something but a blank follows one that is'];
    const texts = words.map(word => asText(word) ?? '');
    const name = texts[0].toLowerCase();
    if (name === 'help') return this.help(texts.slice(1));
    if (name === 'select' && texts.length === 2 && /^\d{1,4}$/.test(texts[1])) return this.select(Number(texts[1]));
    if (!this.mayWrite() && !this.vocabulary.reads(texts)) {
      const known = this.vocabulary.find(texts) !== null;
      // Nothing is changed by what the server does not know; it says so better.
      if (known) return ['error', 'This page is read-only: nothing was sent. Allow writing with the button above.'];
    }
    try {
      return ['reply', shown(await run(words, this.database))];
    } catch (failure) {
      return ['error', failure.message];
    }
  }

  /** Each request goes for itself, so the page remembers the database. */
  async select(database) {
    try {
      await run(['PING'], database);
    } catch (failure) {
      return ['error', failure.message];
    }
    this.database = database;
    byId('ask').querySelector('.sign').textContent = this.sign();
    return ['reply', 'OK'];
  }

  help(words) {
    const hint = words.length === 0 ? null : this.vocabulary.hint(words);
    if (hint === null) return ['note', words.length === 0 ? 'HELP and the name of a command tells what it does.' : 'The server knows no such command.'];
    return ['note', `${words.join(' ').toUpperCase()} ${hint.rest}\n${hint.summary}`];
  }
}

/** What all choices begin with, at least what was typed. */
function shared(choices, begun) {
  let common = choices[0];
  for (const choice of choices) {
    while (!choice.startsWith(common)) common = common.slice(0, -1);
  }
  return common.length > begun.length ? common : begun;
}

/** A reply as redis-cli writes it, a pair of a map on one line. */
export function shown(reply) {
  const lines = [];
  write(reply, '', '', lines);
  return lines.length > LINES_MAX ? lines.slice(0, LINES_MAX).join('\n') + `\n… ${lines.length - LINES_MAX} more lines` : lines.join('\n');
}

function write(reply, first, indent, lines) {
  if (Array.isArray(reply)) {
    if (reply.length === 0) lines.push(first + '(empty array)');
    const width = String(reply.length).length;
    reply.forEach((inner, i) => {
      const number = `${String(i + 1).padStart(width)}) `;
      write(inner, (i === 0 ? first : indent) + number, indent + ' '.repeat(number.length), lines);
    });
  } else if (reply?.pairs) {
    if (reply.pairs.length === 0) lines.push(first + '(empty map)');
    reply.pairs.forEach(([name, inner], i) => {
      const label = (i === 0 ? first : indent) + literal(name) + ' => ';
      const many = (Array.isArray(inner) ? inner : inner?.pairs ?? []).length > 0;
      if (many) lines.push(label.trimEnd());
      write(inner, many ? indent + '  ' : label, indent + '  ', lines);
    });
  } else if (reply === null) {
    lines.push(first + '(nil)');
  } else if (typeof reply === 'number') {
    lines.push(first + (Number.isInteger(reply) ? `(integer) ${reply}` : `(double) ${reply}`));
  } else if (typeof reply === 'boolean') {
    lines.push(first + `(${reply})`);
  } else if (reply?.error !== undefined) {
    lines.push(first + `(error) ${reply.error}`);
  } else {
    text(reply, first, lines);
  }
}

/** A text of several lines, such as that of INFO, is shown as it is; anything else as a literal. */
function text(all, first, lines) {
  const bytes = all.subarray(0, TEXT_BYTES_MAX);
  const rest = all.length > bytes.length ? ` … ${all.length - bytes.length} more bytes` : '';
  const plain = asText(bytes);
  if (first === '' && plain !== null && /\n/.test(plain) && !/[^\P{Cc}\r\n\t]/u.test(plain)) {
    lines.push(...plain.replace(/\r/g, '').trimEnd().split('\n').map(line => line.replace(/\p{Cf}/gu, '')));
  } else if (first === '' && plain !== null && /^[A-Z]+$/.test(plain)) {
    lines.push(plain);
  } else {
    lines.push(first + literal(bytes) + rest);
  }
}
