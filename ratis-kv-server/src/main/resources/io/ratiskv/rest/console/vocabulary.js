// The server's commands as it tells them itself (COMMAND, COMMAND DOCS): kinds, completions, hints.

import {runText} from './node.js';

/** Without the flag readonly, and yet they change nothing that anybody could miss; a bar divides a subcommand. */
const HARMLESS = new Set([
  'ping', 'echo', 'time', 'info', 'role', 'lastsave', 'lolwut', 'command', 'config|get', 'slowlog|get', 'slowlog|len',
  'client|list', 'memory|doctor', 'memory|stats', 'memory|malloc-stats', 'latency|latest', 'latency|history', 'latency|histogram',
  'latency|doctor', 'latency|graph', 'acl|cat', 'acl|list', 'acl|users', 'acl|whoami', 'acl|getuser', 'module|list',
  'pubsub|channels', 'pubsub|numsub', 'pubsub|numpat', 'script|exists', 'function|list', 'function|stats', 'raft.status', 'raft.members',
  'cluster|info', 'cluster|nodes', 'cluster|slots', 'cluster|shards', 'cluster|myid', 'cluster|keyslot', 'cluster|links',
  'cluster|countkeysinslot', 'cluster|getkeysinslot', 'cluster|replicas', 'cluster|myshardid',
]);

export class Vocabulary {
  constructor() {
    this.commands = new Map();
  }

  async load() {
    const [infos, docs] = await Promise.all([runText(['COMMAND']), runText(['COMMAND', 'DOCS'])]);
    const add = (info, doc, into) => {
      const command = {flags: new Set(info[2]), summary: doc?.summary ?? '', parts: (doc?.arguments ?? []).map(usage), subcommands: new Map()};
      for (const inner of info[9] ?? []) add(inner, doc?.subcommands?.[inner[0]], command.subcommands);
      into.set(info[0].slice(info[0].indexOf('|') + 1), command);
    };
    const commands = new Map();
    for (const info of infos) add(info, docs[info[0]], commands);
    this.commands = commands;
  }

  /** @param words as text; [the command, how many words name it], or null */
  find(words) {
    const command = this.commands.get(words[0]?.toLowerCase());
    if (!command) return null;
    const inner = command.subcommands.get(words[1]?.toLowerCase());
    return inner ? [inner, 2] : [command, 1];
  }

  /** "read", "write" or "other" of a name as the server counts it. */
  kindOf(name) {
    const found = this.find(name.split('|'));
    return found === null ? 'other' : found[0].flags.has('write') ? 'write' : found[0].flags.has('readonly') ? 'read' : 'other';
  }

  /** Whether it changes nothing, as far as is known. */
  reads(words) {
    const found = this.find(words);
    if (found === null) return false;
    const name = words.slice(0, found[1]).join('|').toLowerCase();
    return found[0].flags.has('readonly') || HARMLESS.has(name) || HARMLESS.has(words[0].toLowerCase()) || name.endsWith('|help');
  }

  /** What can stand in place of the word begun behind those before. */
  completions(before, begun) {
    const words = this.candidates(before).filter(word => word.toLowerCase().startsWith(begun.toLowerCase()));
    const lower = begun !== '' && begun === begun.toLowerCase();
    return words.map(word => (lower ? word.toLowerCase() : word.toUpperCase()));
  }

  candidates(before) {
    if (before.length === 0) return [...this.commands.keys()].sort();
    const found = this.find(before);
    if (found === null) return [];
    const [command, named] = found;
    if (command.subcommands.size > 0) return named === before.length ? [...command.subcommands.keys()].sort() : [];
    // The words in capitals: they are to be spelled as they are.
    return [...new Set(command.parts.flatMap(part => part.match(/[A-Z][A-Z0-9-]*(?![a-z])/g) ?? []))];
  }

  /** The rest of the usage line behind the words, and what the command does. */
  hint(words) {
    const found = this.find(words);
    if (found === null) return null;
    const [command, named] = found;
    if (command.subcommands.size > 0) return {rest: [...command.subcommands.keys()].map(name => name.toUpperCase()).join(' | '), summary: command.summary};
    const parts = [...command.parts];
    // What must stand at its place is ticked off as it is given; options come in any order.
    for (let given = words.length - named; given > 0 && parts.length > 0 && !parts[0].startsWith('['); given--) parts.shift();
    return {rest: parts.join(' '), summary: command.summary};
  }
}

/** An argument of COMMAND DOCS as part of a usage line. */
function usage({name, type, token, display_text: shown, flags = [], arguments: inner = []}) {
  let text = type === 'pure-token' ? token
    : type === 'oneof' ? inner.map(usage).join(' | ')
    : type === 'block' ? inner.map(usage).join(' ')
    : shown ?? name;
  if (type === 'oneof' && !flags.includes('optional')) text = `<${text}>`;
  if (token && type !== 'pure-token') text = `${token} ${text}`;
  if (flags.includes('multiple')) text = `${text} [${text} ...]`;
  return flags.includes('optional') ? `[${text}]` : text;
}
