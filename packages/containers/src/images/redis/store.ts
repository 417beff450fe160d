import { HASHES, LISTS, SETS } from './collections.ts';
import { type Command, CommandError, type Scope } from './command.ts';
import { Database, type Value, WrongType } from './database.ts';
import type { Journal } from './journal.ts';
import { KEYS } from './keys.ts';
import { failure, type Reply } from './resp.ts';
import { STRINGS } from './strings.ts';

export const DATABASES = 16;

const COMMANDS = new Map<string, Command>(Object.entries({ ...STRINGS, ...KEYS, ...LISTS, ...HASHES, ...SETS }));

export type EvictionPolicy = 'noeviction' | 'allkeys-lru' | 'volatile-lru';

/** Everything that one server keeps: its databases and their history. */
export class RedisStore {
  readonly #databases: readonly Database[];
  readonly #now: () => number;
  #journal: Journal | undefined;
  #journalDatabase = 0;
  /** 0: no limit. */
  maxMemoryBytes = 0;
  policy: EvictionPolicy = 'noeviction';

  constructor(now: () => number) {
    this.#now = now;
    this.#databases = Array.from({ length: DATABASES }, () => new Database(now));
  }

  get bytes(): number {
    return this.#databases.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  knows(name: string): boolean {
    return COMMANDS.has(name);
  }

  arityOf(name: string): number | undefined {
    return COMMANDS.get(name)?.arity;
  }

  database(index: number): Database {
    const found = this.#databases[index];
    if (!found) throw new CommandError('ERR DB index is out of range');
    return found;
  }

  clear(): void {
    for (const database of this.#databases) database.clear();
    this.#journal?.add(['FLUSHALL']);
  }

  /** Keeps the history from now on; what there is of one is replayed first. */
  async open(journal: Journal): Promise<void> {
    let index = 0;
    for (const words of await journal.load()) {
      const name = (words[0] ?? '').toLowerCase();
      if (name === 'select') index = Number(words[1]);
      else if (name === 'flushall') this.clear();
      else this.run(index, words);
    }
    await journal.rewrite(() => this.snapshot());
    this.#journal = journal;
    this.#journalDatabase = 0;
    if (index !== 0) this.#journal.add(['SELECT', '0']);
  }

  /** Runs a command of the key space. Every failure is a reply. */
  run(index: number, words: readonly string[]): Reply {
    const name = (words[0] ?? '').toLowerCase();
    const command = COMMANDS.get(name);
    if (!command)
      return failure(
        `ERR unknown command '${words[0]}', with args beginning with: ${words
          .slice(1, 4)
          .map((word) => `'${word}' `)
          .join('')}`,
      );
    if (!fits(command.arity, words.length)) return failure(`ERR wrong number of arguments for '${name}' command`);
    try {
      const scope: Scope = { db: this.database(index), now: this.#now() };
      if (command.writes) this.#makeRoom();
      const reply = command.run(scope, words);
      if (command.writes && this.#journal) this.#keep(index, command.journal?.(scope, words) ?? [[...words]]);
      return reply;
    } catch (error) {
      if (error instanceof CommandError) return failure(error.message);
      if (error instanceof WrongType) return failure('WRONGTYPE Operation against a key holding the wrong kind of value');
      throw error;
    }
  }

  /** The commands that would make all that there is. */
  snapshot(): string[][] {
    return this.#databases.flatMap((database, index) => {
      const commands = database.keys().flatMap((key) => remake(key, database.peek(key), database.expiresAt(key)));
      return commands.length === 0 ? [] : [['SELECT', String(index)], ...commands];
    });
  }

  #keep(index: number, commands: readonly string[][]): void {
    if (commands.length === 0) return;
    if (index !== this.#journalDatabase) this.#journal?.add(['SELECT', String(index)]);
    this.#journalDatabase = index;
    for (const command of commands) this.#journal?.add(command);
  }

  #makeRoom(): void {
    while (this.maxMemoryBytes > 0 && this.bytes > this.maxMemoryBytes) {
      const volatile = this.policy === 'volatile-lru';
      const found =
        this.policy === 'noeviction'
          ? undefined
          : this.#databases.map((db) => [db, db.oldest(volatile)] as const).find(([, key]) => key !== undefined);
      const [db, key] = found ?? [];
      if (!db || key === undefined) throw new CommandError("OOM command not allowed when used memory > 'maxmemory'.");
      db.delete(key);
      this.#keep(this.#databases.indexOf(db), [['DEL', key]]);
    }
  }
}

const fits = (arity: number, words: number): boolean => (arity < 0 ? words >= -arity : words === arity);

function remake(key: string, value: Value | undefined, expiresAtMs: number | undefined): string[][] {
  const end = expiresAtMs === undefined ? [] : [['PEXPIREAT', key, String(expiresAtMs)]];
  switch (value?.type) {
    case undefined:
      return [];
    case 'string':
      return [['SET', key, value.text], ...end];
    case 'list':
      return [['RPUSH', key, ...value.items], ...end];
    case 'set':
      return [['SADD', key, ...value.members], ...end];
    case 'hash':
      return [['HSET', key, ...[...value.fields].flat()], ...end];
  }
}
