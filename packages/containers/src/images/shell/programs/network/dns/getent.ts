import { addressesOf } from '@kubernats/dns';
import { isIp } from '@kubernats/net';
import { addressInHosts, namesInHosts, textOf } from '../../../../../network/container-lookup.ts';
import type { Invocation, Program } from '../../../process/invocation.ts';
import { lookUp, questionOf } from './asking.ts';

interface Entry {
  addresses: string[];
  names: string[];
}

/** `getent hosts NAME…`, and the databases that are files. */
export const getent: Program = async (run) => {
  const [database, ...keys] = run.args;
  if (database === 'hosts' || database === 'ahosts' || database === 'ahostsv4') return hosts(run, database, keys);
  if (database === 'passwd' || database === 'group') return rows(run, database, keys[0] ?? '');
  await run.err(`Unknown database: ${database ?? ''}\n`);
  return 1;
};

async function hosts(run: Invocation, database: string, keys: readonly string[]): Promise<number> {
  for (const key of keys) {
    const entry = await entryOf(run, key);
    if (!entry) return 2;
    for (const address of entry.addresses)
      await run.out(database === 'hosts' ? hostsLine(address, entry.names) : socketLines(address, entry));
  }
  return keys.length > 0 ? 0 : 2;
}

const hostsLine = (address: string, names: readonly string[]): string => `${address.padEnd(15)} ${names.join(' ')}\n`;

/** Only the first address says whose it is. */
function socketLines(address: string, { addresses, names }: Entry): string {
  const name = address === addresses[0] ? (names[0] ?? '') : '';
  return ['STREAM', 'DGRAM ', 'RAW   '].map((kind, i) => `${address.padEnd(15)} ${kind} ${i === 0 ? name : ''}\n`).join('');
}

/** The hosts file first, then DNS; by address, too. */
async function entryOf(run: Invocation, key: string): Promise<Entry | undefined> {
  const file = await textOf(run.system.context.files, '/etc/hosts');
  const known = isIp(key) ? key : addressInHosts(file, key);
  const names = known === undefined ? [] : namesInHosts(file, known);
  if (known !== undefined && names.length > 0) return { addresses: [known], names };
  const { name, type } = questionOf(key, undefined);
  const lookup = await lookUp(run, name, type);
  if (lookup.found !== 'records') return undefined;
  if (type === 'A') return { addresses: addressesOf(lookup.records), names: [lookup.records[0]?.name ?? lookup.name] };
  return { addresses: [key], names: lookup.records.flatMap((record) => (record.type === 'PTR' ? [record.data] : [])) };
}

async function rows(run: Invocation, database: string, key: string): Promise<number> {
  const text = Buffer.from(await run.system.tree.read(`/etc/${database}`)).toString('utf8');
  const found = text.split('\n').filter((row) => row !== '' && (key === '' || row.split(':')[0] === key || row.split(':')[2] === key));
  for (const row of found) await run.out(`${row}\n`);
  return found.length > 0 ? 0 : 2;
}
