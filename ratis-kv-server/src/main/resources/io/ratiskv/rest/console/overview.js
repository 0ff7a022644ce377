// The cluster as this node sees it: figures of the moment, members with their logs, charts of the last minutes.

import {Chart} from './chart.js';
import {byId, el, table} from './dom.js';
import {bytes, compact, count, duration, span} from './format.js';

const POINTS_MAX = 301;

/** Percentiles are of so many events: a second alone has too few requests. */
const WINDOW_EVENTS = 5;
const COMMANDS_EVENTS = 10;

/** Longer without an event is a gap in the lines. */
const GAP_MILLIS = 5_000;

const MEMBER_KINDS = ['one', 'two', 'three', 'four', 'five'];

export class Overview {
  /** @param kindOf "read", "write" or "other" of a command by name */
  constructor(kindOf) {
    this.kindOf = kindOf;
    this.events = [];
    this.points = [];
    const none = 'No requests yet';
    this.throughput = new Chart({title: 'Throughput', unit: 'requests per second', format: compact, least: 10, empty: none});
    this.latency = new Chart({title: 'Latency', unit: 'from dispatch to reply', format: duration, least: 1, empty: none});
    this.stages = new Chart({title: 'Where the time goes', unit: 'mean', format: duration, least: 1, empty: none});
    this.lag = new Chart({title: 'Lag', unit: '', format: compact, least: 10, empty: 'No figures yet'});
    byId('charts').replaceChildren(...[this.throughput, this.latency, this.stages, this.lag].map(chart => chart.element));
  }

  /** Forgets everything it shows. */
  close() {
    this.events = [];
    this.points = [];
    for (const id of ['summary', 'members', 'commands', 'log-extent']) byId(id).replaceChildren();
    for (const chart of [this.throughput, this.latency, this.stages, this.lag]) chart.show([], []);
  }

  add(event) {
    const before = this.events.at(-1);
    if (before) {
      const passed = event.at_millis - before.at_millis;
      if (passed === 0) return;
      // Counts of another process, or of a clock that was set, say nothing beside these.
      const another = event.status.uptime_seconds < before.status.uptime_seconds || passed < 0;
      if (passed < 0) this.points = [];
      if (another || passed > GAP_MILLIS) {
        this.events = [];
        this.points.push(null);
      }
    }
    this.events.push(event);
    if (this.events.length > Math.max(WINDOW_EVENTS, COMMANDS_EVENTS) + 1) this.events.shift();
    this.points.push(this.pointOf(event));
    while (this.points.length > POINTS_MAX) this.points.shift();
    this.draw(event);
  }

  pointOf(event) {
    const before = this.events.at(-2);
    const back = this.events[Math.max(0, this.events.length - 1 - WINDOW_EVENTS)];
    const point = {at: event.at_millis, lag: lags(event), reads: null, writes: null, p50: null, p99: null, queue: null, commit: null, apply: null, check: null};
    if (!before) return point;
    const seconds = (event.at_millis - before.at_millis) / 1000;
    const rates = {read: 0, write: 0, other: 0};
    for (const [name, calls] of Object.entries(event.calls)) rates[this.kindOf(name)] += (calls - (before.calls[name] ?? 0)) / seconds;
    point.reads = rates.read;
    point.writes = rates.write;
    point.other = rates.other;
    const families = Object.keys(event.families).map(name => difference(event.families[name], back.families[name]));
    const all = families.reduce((sum, counts) => sum.map((n, i) => n + counts[i]));
    point.p50 = percentile(all, event.bounds_millis, 0.5);
    point.p99 = percentile(all, event.bounds_millis, 0.99);
    for (const stage of ['queue', 'commit', 'apply', 'check']) point[stage] = mean(event.times[stage], back.times[stage]);
    return point;
  }

  draw(event) {
    const latest = this.points.at(-1);
    this.drawSummary(event, latest);
    this.drawMembers(event);
    this.drawCommands(event);
    this.throughput.show([
      {name: 'Reads', kind: 'reads', of: point => point.reads},
      {name: 'Writes', kind: 'writes', of: point => point.writes},
    ], this.points);
    this.latency.show([
      {name: 'p50', kind: 'median', of: point => point.p50},
      {name: 'p99', kind: 'tail', of: point => point.p99},
    ], this.points);
    this.stages.show([
      {name: 'Queue', kind: 'queue', of: point => point.queue},
      {name: 'Commit', kind: 'commit', of: point => point.commit},
      {name: 'Apply', kind: 'apply', of: point => point.apply},
      {name: 'Check', kind: 'check', of: point => point.check},
    ], this.points);
    this.lag.about(event.status.node_id === event.status.leader_id ? 'entries behind this leader’s log' : 'committed entries not applied here');
    const followers = event.members.filter(({id}) => id !== event.status.leader_id && latest.lag[id] !== undefined);
    this.lag.show(followers.map(({id}, i) => (
      {name: id, kind: MEMBER_KINDS[i % MEMBER_KINDS.length], of: point => point.lag[id] ?? null}
    )), this.points);
  }

  drawSummary({status, keys, memory_bytes: memory, connections}, latest) {
    const rate = latest.reads === null ? null : latest.reads + latest.writes + latest.other;
    const leader = status.leader_id;
    const tiles = [
      ['Leader', leader ?? 'none', leader === null ? 'no majority agrees' : `term ${count(status.current_term)}`, leader === null ? 'bad' : 'leader'],
      ['Requests', rate === null ? '–' : compact(Math.round(rate)), 'per second here'],
      ['p99', latest.p99 === null ? '–' : duration(latest.p99), 'dispatch to reply'],
      ['Keys', compact(keys), 'in all databases'],
      ['Memory', bytes(memory), 'of the keys'],
      ['Connections', count(connections), 'to this node'],
      ['Snapshot', status.snapshot === null ? 'none' : span(status.snapshot.age_seconds), status.snapshot === null ? 'since the start' : `ago, entry ${count(status.snapshot.index)}`],
      ['Up', span(status.uptime_seconds), status.version],
    ];
    byId('summary').replaceChildren(...tiles.map(([name, value, about, kind]) => el('div', {class: `tile ${kind ?? ''}`},
        el('p', {class: 'name'}, name), el('p', {class: 'figure'}, value), el('p', {class: 'about'}, about))));
  }

  /** Each member's log as a bar: how far it is known to reach. */
  drawMembers(event) {
    const {status, members, last_index: last, first_index: first} = event;
    const here = status.node_id;
    const behind = Object.values(lags(event));
    const window = Math.max(100, 2 * Math.max(0, ...behind));
    byId('log-extent').textContent = `log entries ${count(first)} to ${count(last)}, committed ${count(status.commit_index)}`;
    byId('members').replaceChildren(...members.map(member => {
      const lag = lags(event)[member.id];
      const leads = member.id === status.leader_id;
      const role = leads ? 'Leader' : member.voter ? 'Follower' : 'Listener';
      const reach = el('span', {});
      reach.style.width = lag === undefined ? '0' : `${100 * (1 - lag / window)}%`;
      const bar = el('div', {class: `bar ${lag === undefined ? 'unknown' : lag > 1000 ? 'late' : ''}`}, reach);
      return el('article', {class: `member ${leads ? 'leads' : ''}`, 'data-id': member.id, 'data-role': role.toLowerCase()},
          el('div', {class: 'who'},
              el('strong', {}, member.id), el('span', {class: 'role'}, role),
              member.id === here ? el('span', {class: 'here'}, 'this node') : consoleOf(member)),
          bar,
          el('p', {class: 'lag'}, lagText(member, lag, leads, status)),
          el('p', {class: 'address'}, member.resp ?? member.address));
    }));
  }

  drawCommands(event) {
    const back = this.events[Math.max(0, this.events.length - 1 - COMMANDS_EVENTS)];
    const seconds = (event.at_millis - back.at_millis) / 1000;
    const rows = seconds === 0 ? [] : Object.entries(event.calls)
        .map(([name, calls]) => [name, (calls - (back.calls[name] ?? 0)) / seconds, calls])
        .filter(([, rate]) => rate > 0)
        .sort((a, b) => b[1] - a[1])
        .slice(0, 8);
    const highest = Math.max(...rows.map(([, rate]) => rate));
    byId('commands').replaceChildren(rows.length === 0
      ? el('p', {class: 'empty'}, 'Nothing but this page asked anything.')
      : table('Commands by rate', [['Command', 'name'], ['', 'share'], ['Per second', 'number'], ['Since the start', 'number']],
          rows.map(([name, rate, calls]) => {
            const share = el('span', {class: `share-bar ${this.kindOf(name)}`});
            share.style.width = `${100 * rate / highest}%`;
            return [el('code', {}, name.replace('|', ' ').toUpperCase()), share, compact(rate), count(calls)];
          })));
  }
}

/** How far each member is behind the end of the log, by id; without those of whom this node can not know. */
function lags({members, last_index: last, status}) {
  const known = members.filter(member => member.match_index !== null);
  // Of its own log a follower knows the end alone, and that says nothing of the leader's.
  if (status.node_id !== status.leader_id) return {[status.node_id]: Math.max(0, status.commit_index - status.last_applied)};
  return Object.fromEntries(known.map(member => [member.id, Math.max(0, last - member.match_index)]));
}

function lagText(member, lag, leads, status) {
  if (lag === undefined) return status.leader_id === null ? 'not known without a leader' : `${status.leader_id} knows how far it is`;
  if (member.id === status.node_id && !leads) return lag === 0 ? 'applied all that is committed' : `${count(lag)} committed entries to apply`;
  if (leads) return `entry ${count(member.match_index)}`;
  const silent = member.last_contact_millis > 3_000 ? `, silent for ${span(member.last_contact_millis / 1000)}` : '';
  return (lag === 0 ? 'holds the whole log' : `${count(lag)} ${lag === 1 ? 'entry' : 'entries'} behind`) + silent;
}

/** A link to the console of another node, unless it listens on all addresses and tells none. */
function consoleOf({id, http: address}) {
  if (address === null || /^(0\.0\.0\.0|\[?::\]?):/.test(address)) return null;
  return el('a', {href: `${location.protocol}//${address}/`, rel: 'noopener noreferrer', 'aria-label': `Console of ${id}`}, 'console');
}

const difference = (now, before) => now.counts.map((n, i) => n - (before?.counts[i] ?? 0));

function mean(now, before) {
  const events = difference(now, before).reduce((sum, n) => sum + n, 0);
  return events === 0 ? null : (now.sum_seconds - before.sum_seconds) * 1000 / events;
}

/** In the unit of the bounds, as far into its bucket as its rank; null of none. */
function percentile(counts, bounds, share) {
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (total === 0) return null;
  let rank = share * total;
  for (let i = 0; i < counts.length; i++) {
    if (rank <= counts[i] && counts[i] > 0) {
      const low = i === 0 ? 0 : bounds[i - 1];
      const high = bounds[Math.min(i, bounds.length - 1)];
      return low + (high - low) * rank / counts[i];
    }
    rank -= counts[i];
  }
  return bounds.at(-1);
}
