// The node that this page came from, over HTTP. The password is kept here, in memory, and nowhere else: no cookie goes
// along, so no other page can make this browser use it.

import {fromBase64, toBase64, utf8} from './bytes.js';

const TRIES_MAX = 5;
const RETRY_MILLIS = 1_000;

let authorization = null;

export function setPassword(password) {
  authorization = password === null ? null : 'Basic ' + toBase64(utf8('default:' + password));
}

export const hasPassword = () => authorization !== null;

/** The node, or something between, did not do what was asked. */
export class Refused extends Error {
  /** @param status of HTTP; 0 when the node did not answer */
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

async function ask(path, options = {}) {
  const headers = {...options.headers};
  if (authorization !== null) headers.Authorization = authorization;
  let response;
  try {
    response = await fetch(path, {...options, headers, credentials: 'omit', cache: 'no-store', redirect: 'error'});
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure;
    throw new Refused(0, 'The node does not answer');
  }
  if (response.ok) return response;
  let text = `${response.status} ${response.statusText}`;
  try {
    text = (await response.json()).error ?? text;
  } catch {
    // Not from the node itself; the status has to do.
  }
  throw new Refused(response.status, text);
}

export const getJson = async path => (await ask(path)).json();

async function post(body) {
  const request = {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)};
  for (let tries = 1; ; tries++) {
    try {
      return await (await ask('command', request)).json();
    } catch (failure) {
      // 503 says that nothing happened and never will, such as while a leader is elected.
      if (failure.status !== 503 || tries === TRIES_MAX) throw failure;
      await new Promise(done => setTimeout(done, RETRY_MILLIS));
    }
  }
}

/** Runs a command whose words and reply are text. */
export const runText = async words => (await post({command: words})).result;

/**
 * Runs a command of any bytes.
 *
 * @param words text or bytes
 * @param database not 0: the command runs in a batch that chooses it
 * @returns the reply: null, boolean, number, bytes, array, {pairs: [[key, value], …]}, {error: text}
 */
export async function run(words, database = 0) {
  const encoded = [plain(words[0]), ...words.slice(1).map(word => toBase64(typeof word === 'string' ? utf8(word) : word))];
  if (database === 0) return decoded((await post({encoding: 'base64', command: encoded})).result);
  const select = ['SELECT', toBase64(utf8(String(database)))];
  const [, outcome] = (await post({encoding: 'base64', commands: [select, encoded]})).result;
  if (!outcome.success) throw new Refused(400, outcome.error);
  return decoded(outcome.result);
}

const plain = word => (typeof word === 'string' ? word : new TextDecoder().decode(word));

function decoded(value) {
  if (typeof value === 'string') return fromBase64(value);
  if (Array.isArray(value)) return value.map(decoded);
  if (value === null || typeof value !== 'object') return value;
  // Names of a map are in base64, where "error" is none: it is an error inside a reply.
  if (Object.hasOwn(value, 'error')) return {error: String(value.error)};
  return {pairs: Object.entries(value).map(([name, inner]) => [fromBase64(name), decoded(inner)])};
}

/** The node's figures as they come; ends when the node ends the stream or {@code signal} does. */
export async function* events(signal) {
  const response = await ask('events', {signal, headers: {Accept: 'text/event-stream'}});
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let pending = '';
  while (true) {
    const {value, done} = await reader.read();
    if (done) return;
    pending += value;
    for (let end = pending.indexOf('\n\n'); end >= 0; end = pending.indexOf('\n\n')) {
      const event = pending.slice(0, end);
      pending = pending.slice(end + 2);
      if (event.startsWith('data: ')) yield JSON.parse(event.slice('data: '.length));
    }
  }
}
