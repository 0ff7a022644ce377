// Bytes as JSON carries them (base64), as people read them, and as they type them.

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

export const utf8 = text => encoder.encode(text);

export function toBase64(bytes) {
  let latin = '';
  for (let i = 0; i < bytes.length; i += 8192) latin += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(latin);
}

export function fromBase64(text) {
  const latin = atob(text);
  const bytes = new Uint8Array(latin.length);
  for (let i = 0; i < latin.length; i++) bytes[i] = latin.charCodeAt(i);
  return bytes;
}

/** The text that the bytes are in UTF-8; null when they are none. */
export function asText(bytes) {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

const escapes = {'\n': '\\n', '\r': '\\r', '\t': '\\t', '\u0007': '\\a', '\b': '\\b', '\\': '\\\\', '"': '\\"'};

// What draws nothing, or turns the direction of what follows: a key must not look like another.
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/u;

/** On one line and without anything that can not be seen; what is not UTF-8 as \xHH. */
export function readable(bytes) {
  return escaped(bytes, c => (c === '"' ? c : escapes[c]));
}

/** In quotes, as redis-cli shows and takes it. */
export const literal = bytes => '"' + escaped(bytes, c => escapes[c]) + '"';

/** As it is typed on the command line: in quotes where it must be. */
export function quoted(bytes) {
  const text = asText(bytes);
  return text !== null && /^[^\s"'\\]+$/.test(text) && !unseen.test(text) ? text : literal(bytes);
}

function escaped(bytes, escape) {
  const text = asText(bytes);
  if (text === null) {
    return Array.from(bytes, b => (b >= 0x20 && b < 0x7f ? escape(String.fromCharCode(b)) ?? String.fromCharCode(b) : hex(b))).join('');
  }
  return Array.from(text, c => escape(c) ?? (unseen.test(c) ? Array.from(utf8(c), hex).join('') : c)).join('');
}

const hex = b => '\\x' + b.toString(16).padStart(2, '0');

/** Lines of 16 bytes: offset, hexadecimal, text. */
export function hexDump(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const digits = Array.from(row, b => b.toString(16).padStart(2, '0'));
    digits.splice(8, 0, '');
    const text = Array.from(row, b => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '·')).join('');
    lines.push(at.toString(16).padStart(8, '0') + '  ' + digits.join(' ').padEnd(49) + '  ' + text);
  }
  return lines.join('\n');
}

/**
 * Splits a line into words as redis-cli does: blanks separate; "…" knows \n \r \t \b \a \\ \" \xHH, '…' only \'.
 * Null when a quote is not closed, or something but a blank follows one that is.
 */
export function splitWords(line) {
  const words = [];
  let at = 0;
  while (true) {
    while (at < line.length && /\s/.test(line[at])) at++;
    if (at >= line.length) return words;
    const word = [];
    while (at < line.length && !/\s/.test(line[at])) {
      const c = String.fromCodePoint(line.codePointAt(at));
      at += c.length;
      if (c !== '"' && c !== "'") {
        word.push(...utf8(c));
        continue;
      }
      let closed = false;
      while (at < line.length && !closed) {
        const inner = String.fromCodePoint(line.codePointAt(at));
        at += inner.length;
        if (inner === c) {
          closed = true;
        } else if (inner === '\\' && at < line.length && (c === '"' || line[at] === "'")) {
          const escaped = line[at++];
          const code = line.slice(at, at + 2);
          if (c === '"' && escaped === 'x' && /^[0-9a-f]{2}$/i.test(code)) {
            word.push(parseInt(code, 16));
            at += 2;
          } else {
            const control = {n: 10, r: 13, t: 9, b: 8, a: 7}[escaped];
            if (c === '"' && control) word.push(control);
            else word.push(...utf8(escaped));
          }
        } else {
          word.push(...utf8(inner));
        }
      }
      if (!closed || (at < line.length && !/\s/.test(line[at]))) return null;
    }
    words.push(new Uint8Array(word));
  }
}
