import type { Files } from '@kubernats/files';
import { ProgramExit } from '../../programs/program-exit.ts';
import { parseBytes } from '../../texts/bytes.ts';
import type { EvictionPolicy, RedisStore } from './store.ts';

/** The settings that mean something here, with what they are when nobody says. Others of the real server are taken and have no effect. */
const DEFAULTS: Readonly<Record<string, string>> = {
  port: '6379',
  dir: '/data',
  appendonly: 'yes',
  appendfilename: 'appendonly.aof',
  requirepass: '',
  maxmemory: '0',
  'maxmemory-policy': 'noeviction',
  bind: '* -::*',
  databases: '16',
  save: '',
};

export const CONFIG_NAMES = Object.keys(DEFAULTS);

/** The settings of `redis-server [FILE] [--name value …]`: flags win over the file. Throws `ProgramExit` as the server ends. */
export async function settingsOf(files: Files, words: readonly string[]): Promise<Map<string, string>> {
  const config = new Map(Object.entries(DEFAULTS));
  const [first, ...others] = words;
  const file = first !== undefined && !first.startsWith('-') ? first : undefined;
  if (file !== undefined) {
    const stat = await files.stat(file);
    if (stat?.kind !== 'file')
      throw new ProgramExit(1, `*** FATAL CONFIG FILE ERROR ***\nFatal error, can't open config file '${file}': No such file or directory`);
    for (const line of new TextDecoder().decode(await files.read(file)).split('\n')) {
      const [name, ...values] = line.trim().split(/\s+/);
      if (name && !name.startsWith('#')) config.set(name.toLowerCase(), unquoted(values.join(' ')));
    }
  }
  const flags = file === undefined ? words : others;
  for (let i = 0; i < flags.length; ) {
    const [, name = ''] = /^--(.+)$/.exec(flags[i] ?? '') ?? [];
    if (name === '') throw new ProgramExit(1, `*** FATAL CONFIG FILE ERROR ***\nBad directive or wrong number of arguments: ${flags[i]}`);
    const values: string[] = [];
    while (++i < flags.length && !flags[i]?.startsWith('--')) values.push(flags[i] ?? '');
    config.set(name.toLowerCase(), values.join(' '));
  }
  return config;
}

const unquoted = (text: string): string => (/^".*"$/.test(text) ? text.slice(1, -1) : text);

/** Takes a setting into use. The answer is what is wrong with it. */
export function applyConfig(config: Map<string, string>, store: RedisStore, name: string, value: string): string | undefined {
  if (!CONFIG_NAMES.includes(name)) return `Unknown option or number of arguments for CONFIG SET - '${name}'`;
  if (name === 'maxmemory') {
    const bytes = parseBytes(value);
    if (bytes === undefined) return 'argument must be a memory value';
    store.maxMemoryBytes = bytes;
    config.set(name, String(bytes));
    return undefined;
  }
  if (name === 'maxmemory-policy') {
    const policy = policyOf(value);
    if (!policy) return 'argument(s) must be one of the following: volatile-lru, allkeys-lru, noeviction';
    store.policy = policy;
  }
  config.set(name, value);
  return undefined;
}

/** The policies that choose by chance or by frequency go by age here. */
function policyOf(value: string): EvictionPolicy | undefined {
  if (value === 'noeviction') return value;
  if (/^allkeys-(lru|lfu|random)$/.test(value)) return 'allkeys-lru';
  if (/^volatile-(lru|lfu|random|ttl)$/.test(value)) return 'volatile-lru';
  return undefined;
}
