import { CommandError, type CommandTable, integerOf, NOT_AN_INTEGER, type Scope } from './command.ts';
import { itemsBytes } from './database.ts';
import { array, bulk, bulks, integer, NIL, OK, type Reply } from './resp.ts';

function push({ db }: Scope, key: string, items: readonly string[], left: boolean): Reply {
  const list = db.get(key, 'list');
  if (!list) {
    db.set(key, { type: 'list', items: left ? [...items].reverse() : [...items] });
    return integer(items.length);
  }
  if (left) list.items.unshift(...[...items].reverse());
  else for (const item of items) list.items.push(item);
  db.changed(key, itemsBytes(items));
  return integer(list.items.length);
}

function pop({ db }: Scope, key: string, countText: string | undefined, left: boolean): Reply {
  const count = countText === undefined ? 1 : integerOf(countText);
  if (count < 0) throw new CommandError('ERR value is out of range, must be positive');
  const list = db.get(key, 'list');
  if (!list) return countText === undefined ? NIL : array(undefined);
  const taken = left ? list.items.splice(0, count) : list.items.splice(Math.max(0, list.items.length - count), count).reverse();
  db.changed(key, -itemsBytes(taken));
  return countText === undefined ? bulk(taken[0]) : bulks(taken);
}

/** The part of a list from one index to another, both included; negative ones count from the end. */
function range(items: readonly string[], fromText: string | undefined, toText: string | undefined): string[] {
  const at = (index: number): number => (index < 0 ? Math.max(0, items.length + index) : index);
  const [from, to] = [integerOf(fromText), integerOf(toText)];
  return to < -items.length ? [] : items.slice(at(from), at(to) + 1);
}

function hashSet({ db }: Scope, key: string, words: readonly string[]): number {
  if (words.length === 0 || words.length % 2 !== 0) throw new CommandError("ERR wrong number of arguments for 'hset' command");
  if (!db.get(key, 'hash')) db.set(key, { type: 'hash', fields: new Map() });
  const fields = db.get(key, 'hash')?.fields ?? new Map<string, string>();
  let added = 0;
  let bytes = 0;
  for (let i = 0; i < words.length; i += 2) {
    const [field = '', value = ''] = [words[i], words[i + 1]];
    const before = fields.get(field);
    bytes += before === undefined ? itemsBytes([field, value]) : value.length - before.length;
    if (before === undefined) added++;
    fields.set(field, value);
  }
  db.changed(key, bytes);
  return added;
}

const fieldsOf = ({ db }: Scope, key: string): Map<string, string> => db.get(key, 'hash')?.fields ?? new Map();
const membersOf = ({ db }: Scope, key: string): Set<string> => db.get(key, 'set')?.members ?? new Set();
const itemsOf = ({ db }: Scope, key: string): string[] => db.get(key, 'list')?.items ?? [];

export const LISTS: CommandTable = {
  lpush: { arity: -3, writes: true, run: (scope, [, key = '', ...items]) => push(scope, key, items, true) },
  rpush: { arity: -3, writes: true, run: (scope, [, key = '', ...items]) => push(scope, key, items, false) },
  lpop: { arity: -2, writes: true, run: (scope, [, key = '', count]) => pop(scope, key, count, true) },
  rpop: { arity: -2, writes: true, run: (scope, [, key = '', count]) => pop(scope, key, count, false) },
  llen: { arity: 2, run: (scope, [, key = '']) => integer(itemsOf(scope, key).length) },
  lrange: { arity: 4, run: (scope, [, key = '', from, to]) => bulks(range(itemsOf(scope, key), from, to)) },
  lindex: { arity: 3, run: (scope, [, key = '', index]) => bulk(itemsOf(scope, key).at(integerOf(index))) },
  ltrim: {
    arity: 4,
    writes: true,
    run({ db }, [, key = '', from, to]) {
      const list = db.get(key, 'list');
      if (!list) return OK;
      const kept = range(list.items, from, to);
      const bytes = itemsBytes(kept) - itemsBytes(list.items);
      list.items = kept;
      db.changed(key, bytes);
      return OK;
    },
  },
};

export const HASHES: CommandTable = {
  hset: { arity: -4, writes: true, run: (scope, [, key = '', ...words]) => integer(hashSet(scope, key, words)) },
  hmset: {
    arity: -4,
    writes: true,
    run(scope, [, key = '', ...words]) {
      hashSet(scope, key, words);
      return OK;
    },
  },
  hget: { arity: 3, run: (scope, [, key = '', field = '']) => bulk(fieldsOf(scope, key).get(field)) },
  hmget: { arity: -3, run: (scope, [, key = '', ...fields]) => bulks(fields.map((field) => fieldsOf(scope, key).get(field))) },
  hgetall: { arity: 2, run: (scope, [, key = '']) => bulks([...fieldsOf(scope, key)].flat()) },
  hkeys: { arity: 2, run: (scope, [, key = '']) => bulks([...fieldsOf(scope, key).keys()]) },
  hvals: { arity: 2, run: (scope, [, key = '']) => bulks([...fieldsOf(scope, key).values()]) },
  hlen: { arity: 2, run: (scope, [, key = '']) => integer(fieldsOf(scope, key).size) },
  hexists: { arity: 3, run: (scope, [, key = '', field = '']) => integer(fieldsOf(scope, key).has(field) ? 1 : 0) },
  hdel: {
    arity: -3,
    writes: true,
    run(scope, [, key = '', ...names]) {
      const fields = fieldsOf(scope, key);
      const gone = names.flatMap((name) => {
        const value = fields.get(name);
        return fields.delete(name) ? [[name, value ?? '']] : [];
      });
      scope.db.changed(key, -itemsBytes(gone.flat()));
      return integer(gone.length);
    },
  },
  hincrby: {
    arity: 4,
    writes: true,
    run(scope, [, key = '', field = '', by]) {
      const before = fieldsOf(scope, key).get(field) ?? '0';
      if (!/^-?\d+$/.test(before)) throw new CommandError('ERR hash value is not an integer');
      const value = Number(before) + integerOf(by);
      if (!Number.isSafeInteger(value)) throw new CommandError(NOT_AN_INTEGER);
      hashSet(scope, key, [field, String(value)]);
      return integer(value);
    },
  },
};

export const SETS: CommandTable = {
  sadd: {
    arity: -3,
    writes: true,
    run(scope, [, key = '', ...members]) {
      const { db } = scope;
      if (!db.get(key, 'set')) db.set(key, { type: 'set', members: new Set() });
      const set = membersOf(scope, key);
      const added = members.filter((member) => !set.has(member) && set.add(member));
      db.changed(key, itemsBytes(added));
      return integer(added.length);
    },
  },
  srem: {
    arity: -3,
    writes: true,
    run(scope, [, key = '', ...members]) {
      const set = membersOf(scope, key);
      const gone = members.filter((member) => set.delete(member));
      scope.db.changed(key, -itemsBytes(gone));
      return integer(gone.length);
    },
  },
  smembers: { arity: 2, run: (scope, [, key = '']) => bulks([...membersOf(scope, key)]) },
  sismember: { arity: 3, run: (scope, [, key = '', member = '']) => integer(membersOf(scope, key).has(member) ? 1 : 0) },
  scard: { arity: 2, run: (scope, [, key = '']) => integer(membersOf(scope, key).size) },
};
