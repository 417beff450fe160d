import { parseDuration } from '@kubernats/apimachinery';
import { NetworkError } from '@kubernats/net';
import type { ImageContext } from '../../image.ts';
import { parseFlags } from '../../programs/flags.ts';
import { ProgramExit } from '../../programs/program-exit.ts';

/** Tries to connect: exit code 0, or 1 and one word for why not, which tests compare. */
export async function connect(context: ImageContext, words: readonly string[]): Promise<number> {
  const { values, rest } = parseFlags(words.slice(1), { timeout: '0', protocol: 'tcp', 'udp-data': 'hostname' });
  const [target] = rest;
  if (rest.length !== 1 || target === undefined) throw new ProgramExit(1, `Error: accepts 1 arg(s), received ${rest.length}`);
  const [, host = '', port = ''] = /^\[?([^\]]*)\]?:(\d+)$/.exec(target) ?? [];
  if (port === '') throw new ProgramExit(1, `UNKNOWN: address ${target}: missing port in address`);
  if (values.protocol !== 'tcp' && values.protocol !== 'udp') throw new ProgramExit(1, 'Unsupported protocol');
  const timeoutMs = parseDuration(values.timeout, 'ns') || undefined;
  const address = { host: await addressOf(context, host), port: Number(port) };
  if (values.protocol === 'udp') return connectUdp(context, address, values['udp-data'], timeoutMs);
  try {
    const connection = await context.network.dial(address, { timeoutMs, signal: context.signal });
    connection.destroy();
    return 0;
  } catch (error) {
    throw new ProgramExit(1, wordFor(error));
  }
}

async function addressOf({ network }: ImageContext, host: string): Promise<string> {
  try {
    return await network.lookup(host);
  } catch (error) {
    throw new ProgramExit(1, `DNS: lookup ${host}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function wordFor(error: unknown): string {
  const code = error instanceof NetworkError ? error.code : '';
  if (code === 'ECONNREFUSED') return 'REFUSED';
  if (code === 'ETIMEDOUT') return 'TIMEOUT';
  return `OTHER: ${error instanceof Error ? error.message : String(error)}`;
}

async function connectUdp(context: ImageContext, to: { host: string; port: number }, data: string, timeoutMs = 10_000): Promise<number> {
  const { promise: answered, resolve } = Promise.withResolvers<boolean>();
  await using socket = await context.network.bindUdp({ host: context.network.ip, port: 0 }, () => resolve(true));
  socket.send(Buffer.from(`${data}\n`), to);
  context.clock.setTimer(timeoutMs, () => resolve(false));
  if (!(await answered)) throw new ProgramExit(1, 'TIMEOUT: no answer');
  return 0;
}
