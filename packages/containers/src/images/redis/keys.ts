import { CommandError, type CommandTable, globToRegExp, integerOf, type Scope, SYNTAX_ERROR } from './command.ts';
import { array, bulk, bulks, integer, OK, type Reply } from './resp.ts';

function expireAt({ db }: Scope, key: string, atMs: number, flags: readonly string[]): Reply {
  const before = db.expiresAt(key);
  const flag = flags[0]?.toUpperCase();
  if (flag !== undefined && !['NX', 'XX', 'GT', 'LT'].includes(flag)) throw new CommandError(`ERR Unsupported option ${flags[0]}`);
  const allowed =
    flag === undefined ||
    (flag === 'NX' && before === undefined) ||
    (flag === 'XX' && before !== undefined) ||
    (flag === 'GT' && before !== undefined && atMs > before) ||
    (flag === 'LT' && (before === undefined || atMs < before));
  return integer(allowed && db.setExpiry(key, atMs) ? 1 : 0);
}

/** A key's end, as a point in time. */
function journal({ db }: Scope, [, key = '']: readonly string[]): string[][] {
  const atMs = db.expiresAt(key);
  return atMs === undefined ? [] : [['PEXPIREAT', key, String(atMs)]];
}

function ttl({ db, now }: Scope, key: string, unitMs: number): Reply {
  if (!db.peek(key)) return integer(-2);
  const atMs = db.expiresAt(key);
  return integer(atMs === undefined ? -1 : Math.ceil((atMs - now) / unitMs));
}

/** The cursor is how many keys have been seen: with what is added and removed meanwhile some may come twice, as Redis allows. */
function scan({ db }: Scope, [, cursorText, ...rest]: readonly string[]): Reply {
  const cursor = integerOf(cursorText);
  let match = /^/;
  let count = 10;
  let type: string | undefined;
  for (let i = 0; i < rest.length; i += 2) {
    const option = (rest[i] ?? '').toUpperCase();
    const value = rest[i + 1];
    if (value === undefined) throw new CommandError(SYNTAX_ERROR);
    if (option === 'MATCH') match = globToRegExp(value);
    else if (option === 'COUNT') count = Math.max(1, integerOf(value));
    else if (option === 'TYPE') type = value.toLowerCase();
    else throw new CommandError(SYNTAX_ERROR);
  }
  const keys = db.keys();
  const seen = keys.slice(cursor, cursor + count);
  const next = cursor + count < keys.length ? cursor + count : 0;
  return array([bulk(String(next)), bulks(seen.filter((key) => match.test(key) && (type === undefined || db.peek(key)?.type === type)))]);
}

function rename({ db }: Scope, from: string, to: string): Reply {
  const value = db.peek(from);
  if (!value) throw new CommandError('ERR no such key');
  const expiresAtMs = db.expiresAt(from);
  db.delete(from);
  db.set(to, value, expiresAtMs);
  return OK;
}

export const KEYS: CommandTable = {
  del: { arity: -2, writes: true, run: ({ db }, [, ...keys]) => integer(keys.filter((key) => db.delete(key)).length) },
  unlink: { arity: -2, writes: true, run: ({ db }, [, ...keys]) => integer(keys.filter((key) => db.delete(key)).length) },
  exists: { arity: -2, run: ({ db }, [, ...keys]) => integer(keys.filter((key) => db.peek(key) !== undefined).length) },
  type: { arity: 2, run: ({ db }, [, key = '']) => ({ kind: 'simple', text: db.peek(key)?.type ?? 'none' }) },
  keys: {
    arity: 2,
    run({ db }, [, glob = '*']) {
      const match = globToRegExp(glob);
      return bulks(db.keys().filter((key) => match.test(key)));
    },
  },
  scan: { arity: -2, run: scan },
  randomkey: { arity: 1, run: ({ db }) => bulk(db.keys()[0]) },
  rename: {
    arity: 3,
    writes: true,
    run: (scope, [, from = '', to = '']) => rename(scope, from, to),
  },
  expire: {
    arity: -3,
    writes: true,
    run: (scope, [, key = '', seconds, ...flags]) => expireAt(scope, key, scope.now + integerOf(seconds) * 1000, flags),
    journal,
  },
  pexpire: {
    arity: -3,
    writes: true,
    run: (scope, [, key = '', ms, ...flags]) => expireAt(scope, key, scope.now + integerOf(ms), flags),
    journal,
  },
  expireat: {
    arity: -3,
    writes: true,
    run: (scope, [, key = '', at, ...flags]) => expireAt(scope, key, integerOf(at) * 1000, flags),
    journal,
  },
  pexpireat: { arity: -3, writes: true, run: (scope, [, key = '', at, ...flags]) => expireAt(scope, key, integerOf(at), flags), journal },
  persist: {
    arity: 2,
    writes: true,
    run: ({ db }, [, key = '']) => integer(db.expiresAt(key) !== undefined && db.setExpiry(key, undefined) ? 1 : 0),
  },
  ttl: { arity: 2, run: (scope, [, key = '']) => ttl(scope, key, 1000) },
  pttl: { arity: 2, run: (scope, [, key = '']) => ttl(scope, key, 1) },
  dbsize: { arity: 1, run: ({ db }) => integer(db.size) },
  flushdb: {
    arity: -1,
    writes: true,
    run({ db }) {
      db.clear();
      return OK;
    },
  },
};
