import { CommandError, type CommandTable, integerOf, type Scope, SYNTAX_ERROR } from './command.ts';
import { bulk, bulks, integer, NIL, OK, type Reply } from './resp.ts';

const textOf = ({ db }: Scope, key: string): string | undefined => {
  db.touch(key);
  return db.get(key, 'string')?.text;
};

interface SetOptions {
  expiresAtMs: number | undefined;
  keepTtl: boolean;
  when: 'NX' | 'XX' | undefined;
  get: boolean;
}

const EXPIRIES: Readonly<Record<string, (amount: number, now: number) => number>> = {
  EX: (seconds, now) => now + seconds * 1000,
  PX: (ms, now) => now + ms,
  EXAT: (seconds) => seconds * 1000,
  PXAT: (ms) => ms,
};

function setOptions(words: readonly string[], now: number): SetOptions {
  const options: SetOptions = { expiresAtMs: undefined, keepTtl: false, when: undefined, get: false };
  for (let i = 0; i < words.length; i++) {
    const word = (words[i] ?? '').toUpperCase();
    const expiry = Object.hasOwn(EXPIRIES, word) ? EXPIRIES[word] : undefined;
    if (expiry) {
      const amount = integerOf(words[++i]);
      if (amount <= 0 || options.keepTtl || options.expiresAtMs !== undefined) {
        throw new CommandError(amount <= 0 ? "ERR invalid expire time in 'set' command" : SYNTAX_ERROR);
      }
      options.expiresAtMs = expiry(amount, now);
    } else if (word === 'KEEPTTL') options.keepTtl = true;
    else if (word === 'GET') options.get = true;
    else if ((word === 'NX' || word === 'XX') && options.when === undefined) options.when = word;
    else throw new CommandError(SYNTAX_ERROR);
  }
  return options;
}

function set(scope: Scope, [, key = '', value = '', ...rest]: readonly string[]): Reply {
  const { db, now } = scope;
  const { expiresAtMs, keepTtl, when, get } = setOptions(rest, now);
  const before = get ? bulk(db.get(key, 'string')?.text) : undefined;
  const exists = db.peek(key) !== undefined;
  if ((when === 'NX' && exists) || (when === 'XX' && !exists)) return before ?? NIL;
  db.set(key, { type: 'string', text: value }, keepTtl ? db.expiresAt(key) : expiresAtMs);
  return before ?? OK;
}

function increase(scope: Scope, key: string, by: number): Reply {
  const { db } = scope;
  const value = integerOf(textOf(scope, key) ?? '0') + by;
  if (!Number.isSafeInteger(value)) throw new CommandError('ERR increment or decrement would overflow');
  db.set(key, { type: 'string', text: String(value) }, db.expiresAt(key));
  return integer(value);
}

/** What a SET left, with its end as a point in time. */
function journal({ db }: Scope, [, key = '']: readonly string[]): string[][] {
  const value = db.peek(key);
  if (value?.type !== 'string') return [];
  const expiresAtMs = db.expiresAt(key);
  return [['SET', key, value.text, ...(expiresAtMs === undefined ? [] : ['PXAT', String(expiresAtMs)])]];
}

function pairs(words: readonly string[]): [string, string][] {
  if (words.length % 2 !== 0) throw new CommandError("ERR wrong number of arguments for 'mset' command");
  return Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i] ?? '', words[2 * i + 1] ?? '']);
}

export const STRINGS: CommandTable = {
  get: { arity: 2, run: (scope, [, key = '']) => bulk(textOf(scope, key)) },
  set: { arity: -3, writes: true, run: set, journal },
  setnx: {
    arity: 3,
    writes: true,
    run: (scope, [, key = '', value = '']) => integer(set(scope, ['set', key, value, 'NX']) === OK ? 1 : 0),
    journal,
  },
  setex: {
    arity: 4,
    writes: true,
    run: (scope, [, key = '', seconds = '', value = '']) => set(scope, ['set', key, value, 'EX', seconds]),
    journal,
  },
  psetex: { arity: 4, writes: true, run: (scope, [, key = '', ms = '', value = '']) => set(scope, ['set', key, value, 'PX', ms]), journal },
  getset: { arity: 3, writes: true, run: (scope, [, key = '', value = '']) => set(scope, ['set', key, value, 'GET']), journal },
  getdel: {
    arity: 2,
    writes: true,
    run(scope, [, key = '']) {
      const text = textOf(scope, key);
      scope.db.delete(key);
      return bulk(text);
    },
    journal: (_scope, [, key = '']) => [['DEL', key]],
  },
  mget: {
    arity: -2,
    run: (scope, [, ...keys]) => bulks(keys.map((key) => (scope.db.peek(key)?.type === 'string' ? textOf(scope, key) : undefined))),
  },
  mset: {
    arity: -3,
    writes: true,
    run({ db }, [, ...words]) {
      for (const [key, text] of pairs(words)) db.set(key, { type: 'string', text });
      return OK;
    },
  },
  append: {
    arity: 3,
    writes: true,
    run(scope, [, key = '', more = '']) {
      const text = (textOf(scope, key) ?? '') + more;
      scope.db.set(key, { type: 'string', text }, scope.db.expiresAt(key));
      return integer(text.length);
    },
  },
  strlen: { arity: 2, run: (scope, [, key = '']) => integer((textOf(scope, key) ?? '').length) },
  getrange: {
    arity: 4,
    run(scope, [, key = '', from, to]) {
      const text = textOf(scope, key) ?? '';
      const at = (index: number): number => (index < 0 ? Math.max(0, text.length + index) : index);
      return bulk(text.slice(at(integerOf(from)), at(integerOf(to)) + 1));
    },
  },
  incr: { arity: 2, writes: true, run: (scope, [, key = '']) => increase(scope, key, 1), journal },
  decr: { arity: 2, writes: true, run: (scope, [, key = '']) => increase(scope, key, -1), journal },
  incrby: { arity: 3, writes: true, run: (scope, [, key = '', by]) => increase(scope, key, integerOf(by)), journal },
  decrby: { arity: 3, writes: true, run: (scope, [, key = '', by]) => increase(scope, key, -integerOf(by)), journal },
};
