// Programs that ask for names. The cluster's DNS answers here, through the Pod's own `lookup`; there is no server with an address to ask.
import { NetworkError } from '@kubernats/net';
import { Complaint } from '../../process/errors.ts';
import type { Invocation, Program } from '../../process/invocation.ts';

const SERVER = 'the cluster DNS of kubernats (simulated)';

async function addressOf(run: Invocation, name: string): Promise<string | undefined> {
  try {
    return await run.process.wait(run.system.network.lookup(name.replace(/\.$/, '')));
  } catch (error) {
    if (error instanceof NetworkError) return undefined;
    throw error;
  }
}

export const nslookup: Program = async (run) => {
  const [name] = run.args.filter((arg) => !arg.startsWith('-'));
  if (name === undefined) throw new Complaint('usage: nslookup HOST');
  await run.out(`Server:\t\t${SERVER}\n\n`);
  const address = await addressOf(run, name);
  if (address === undefined) {
    await run.out(`** server can't find ${name}: NXDOMAIN\n\n`);
    return 1;
  }
  await run.out(`Name:\t${name}\nAddress: ${address}\n\n`);
  return 0;
};

export const host: Program = async (run) => {
  const [name = ''] = run.args.filter((arg) => !arg.startsWith('-'));
  const address = await addressOf(run, name);
  await run.out(address === undefined ? `Host ${name} not found: 3(NXDOMAIN)\n` : `${name} has address ${address}\n`);
  return address === undefined ? 1 : 0;
};

/** `dig [+short] NAME [TYPE]`: addresses only. */
export const dig: Program = async (run) => {
  const short = run.args.includes('+short');
  const words = run.args.filter((arg) => !/^[-+@]/.test(arg));
  const type = words.find((word, i) => i > 0 && /^(A|AAAA|SRV|TXT|CNAME|MX|NS|PTR|ANY)$/i.test(word))?.toUpperCase() ?? 'A';
  const name = words[0] ?? '.';
  const address = type === 'A' || type === 'ANY' ? await addressOf(run, name) : undefined;
  if (short) {
    if (address !== undefined) await run.out(`${address}\n`);
    return 0;
  }
  const status = address === undefined && type === 'A' ? 'NXDOMAIN' : 'NOERROR';
  const question = `;; QUESTION SECTION:\n;${name}.\t\tIN\t${type}\n`;
  const answer = address === undefined ? '' : `\n;; ANSWER SECTION:\n${name}.\t30\tIN\tA\t${address}\n`;
  await run.out(
    `; <<>> DiG (simulated) <<>> ${run.args.join(' ')}\n;; ->>HEADER<<- opcode: QUERY, status: ${status}\n\n${question}${answer}\n;; SERVER: ${SERVER}\n`,
  );
  return 0;
};

/** `getent hosts NAME`. */
export const getent: Program = async (run) => {
  const [database, name = ''] = run.args;
  if (database === 'hosts' || database === 'ahosts' || database === 'ahostsv4') {
    const address = await addressOf(run, name);
    if (address === undefined) return 2;
    await run.out(database === 'hosts' ? `${address.padEnd(15)} ${name}\n` : `${address.padEnd(15)} STREAM ${name}\n`);
    return 0;
  }
  if (database !== 'passwd' && database !== 'group') return 1;
  const text = Buffer.from(await run.system.tree.read(`/etc/${database}`)).toString('utf8');
  const rows = text.split('\n').filter((row) => row !== '' && (name === '' || row.split(':')[0] === name || row.split(':')[2] === name));
  for (const row of rows) await run.out(`${row}\n`);
  return rows.length > 0 ? 0 : 2;
};
