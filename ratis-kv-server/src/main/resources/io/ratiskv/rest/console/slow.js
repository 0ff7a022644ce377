// The slow log of this node: when, how long and where the time went.

import {quoted, utf8} from './bytes.js';
import {byId, el, table} from './dom.js';
import {clockWithSeconds, dateTime, duration} from './format.js';
import {getJson} from './node.js';

const STAGES = [['queue', 'queue_micros'], ['commit', 'commit_micros'], ['apply', 'apply_micros']];

export class Slow {
  constructor() {
    byId('slow-refresh').addEventListener('click', () => this.open());
  }

  async open() {
    try {
      this.draw(await entries());
    } catch (failure) {
      byId('slow-entries').replaceChildren(el('p', {class: 'error'}, failure.message));
    }
  }

  /** Forgets everything it shows. */
  close() {
    byId('slow-entries').replaceChildren();
    byId('slow-about').textContent = '';
  }

  draw(slow) {
    byId('slow-about').textContent = `newest first, as of ${clockWithSeconds(Date.now())}`;
    const longest = Math.max(...slow.map(entry => entry.duration_micros));
    byId('slow-entries').replaceChildren(slow.length === 0
      ? el('p', {class: 'empty'}, 'Nothing was slow: no request took longer than slowlog-log-slower-than allows.')
      : table('Slow requests', [['When', 'time'], ['Took', 'number'], [legend(), 'split'], ['Command', 'bytes'], ['Client', 'client']],
          slow.map(entry => [
            el('time', {datetime: new Date(entry.at_millis).toISOString()}, dateTime(entry.at_millis)),
            duration(entry.duration_micros / 1000),
            splitBar(entry, longest),
            el('code', {}, entry.words.map(quoted).join(' ')),
            [entry.client_name ? el('span', {}, entry.client_name, ' ') : null, el('span', {class: 'dim'}, entry.client)].filter(Boolean),
          ])));
  }
}

const legend = () => el('span', {class: 'split-legend'}, STAGES.map(([stage]) => el('span', {class: stage}, stage)));

/** As long as the request took beside the others, in the colours of the stages. */
function splitBar(entry, longest) {
  const known = STAGES.map(([stage, name]) => [stage, entry[name]]).filter(([, micros]) => micros > 0);
  const rest = Math.max(0, entry.duration_micros - known.reduce((sum, [, micros]) => sum + micros, 0));
  const parts = rest > 0 ? [...known, ['rest', rest]] : known;
  const bar = el('div', {class: 'split-bar', role: 'img', 'aria-label': parts.map(([stage, micros]) => `${stage} ${duration(micros / 1000)}`).join(', ')});
  bar.title = bar.getAttribute('aria-label');
  for (const [stage, micros] of parts) {
    const part = el('span', {class: stage});
    part.style.width = `${100 * micros / longest}%`;
    bar.append(part);
  }
  return bar;
}

async function entries() {
  return (await getJson('slowlog')).requests.map(request => ({...request, words: request.command.map(utf8)}));
}
