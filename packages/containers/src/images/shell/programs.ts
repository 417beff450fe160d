import { NetworkError } from '@kubernats/net';
import type { CustomCommand, ExecResult, ResolvedCommandContext } from 'just-bash';
import { fetchHttp } from '../../adapters/http.ts';
import { yieldToOthers } from '../../adapters/yield.ts';
import type { ImageContext } from '../../image.ts';
import { curlWithTls } from './curl-tls.ts';
import { ERR_FD, OUT_FD } from './instrument.ts';
import { planShell } from './plan.ts';
import { resourcePrograms } from './resource-programs.ts';
import { ERR, OUT } from './shell-files.ts';
import type { Traps } from './signals.ts';

export type Define = (name: string, run: (args: string[], context: ResolvedCommandContext) => Promise<ExecResult>) => CustomCommand;

export const TICK = '__kubernats_tick';
export const PENDING = '__kubernats_pending';
/** Opens the container's streams; a script that begins so is written live. */
export const STREAMS = `exec ${OUT_FD}>>${OUT} ${ERR_FD}>>${ERR};`;
const TICKS_PER_TURN = 32;

const done = (stdout = '', exitCode = 0, stderr = ''): ExecResult => ({ stdout, stderr, exitCode });

/** The programs that the shell gets from us: what must follow our clock, our signals and the Pod's network. */
export function programs(define: Define, context: ImageContext, traps: Traps): CustomCommand[] {
  let ticks = 0;
  return [
    define(TICK, async (_args, { env }) => {
      if (++ticks % TICKS_PER_TURN === 0) await yieldToOthers();
      const body = traps.next();
      if (body === undefined) return done();
      env.set(PENDING, body);
      return done('', 1);
    }),
    define('trap', async (args) => {
      const [body, ...names] = args;
      if (body === undefined) return done();
      const unknown = names.length === 0 ? traps.set('-', [body]) : traps.set(body, names);
      return unknown === undefined ? done() : done('', 1, `trap: ${unknown}: bad trap\n`);
    }),
    define('sleep', async (args, { signal }) => {
      let ms = 0;
      for (const arg of args) {
        const seconds = secondsOf(arg);
        if (seconds === undefined) return done('', 1, `sleep: invalid number '${arg}'\n`);
        ms += seconds * 1000;
      }
      if (args.length === 0) return done('', 1, 'sleep: missing operand\n');
      await traps.sleep(ms, signal);
      return done();
    }),
    ...['sh', 'bash', 'ash', 'dash'].map((name) => define(name, (args, shell) => innerShell(name, args, shell))),
    define('wait', async () => done()),
    define('date', async (args, { origCommand }) => {
      // Without a time of its own the program asks the machine; the container's time is the cluster's.
      if (args.some((arg) => arg === '-d' || arg.startsWith('--date')) || !origCommand) return (await origCommand?.(args)) ?? done();
      return origCommand(['-d', `@${Math.floor(context.clock.now() / 1000)}`, ...args]);
    }),
    define('tail', async (args, shell) => {
      if (!args.some((arg) => /^-[fF]$|^--follow/.test(arg))) return (await shell.origCommand?.(args)) ?? done();
      return followFile(args, shell, context, traps);
    }),
    define('hostname', async () => done(`${context.env.HOSTNAME ?? context.pod.name}\n`)),
    define('uname', async (args) =>
      done(args.includes('-a') ? `Linux ${context.env.HOSTNAME ?? context.pod.name} 6.1.0-kubernats x86_64 GNU/Linux\n` : 'Linux\n'),
    ),
    define('id', async (args) => done(args.includes('-u') || args.includes('-g') ? '0\n' : 'uid=0(root) gid=0(root)\n')),
    curlWithTls(define),
    define('wget', (args, shell) => wget(args, shell, context)),
    define('nc', (args, shell) => netcat(args, shell, context)),
    ...Object.entries(resourcePrograms(context, traps)).map(([name, run]) => define(name, run)),
  ];
}

/** A shell within the shell: as live as the one it runs in, and caught where that is caught. */
async function innerShell(name: string, args: string[], shell: ResolvedCommandContext): Promise<ExecResult> {
  const plan = planShell([name, ...args]);
  const original = (): Promise<ExecResult> => shell.origCommand?.(args) ?? Promise.resolve(done());
  const outer = shell.fileDescriptors?.get(OUT_FD);
  if (plan.kind === 'stdin' || outer === undefined || !outer.includes(OUT) || !shell.origCommand) return original();
  const text = plan.kind === 'script' ? plan.text : plan.options + (await shell.fs.readFile(shell.fs.resolvePath(shell.cwd, plan.path)));
  return shell.origCommand(['-c', STREAMS + text, name, ...plan.positional]);
}

function secondsOf(text: string): number | undefined {
  if (text === 'infinity' || text === 'inf') return Infinity;
  const match = /^(\d*\.?\d+)([smhd]?)$/.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * ({ m: 60, h: 3600, d: 86400 }[match[2] ?? ''] ?? 1);
}

const FOLLOW_EVERY_MS = 250;

/** `tail -f`: prints what is there, then what comes. Only the shell's own streams show output before a program ends, so it writes there. */
async function followFile(args: string[], shell: ResolvedCommandContext, context: ImageContext, traps: Traps): Promise<ExecResult> {
  const path = args.findLast((arg) => !arg.startsWith('-')) ?? '/dev/null';
  const full = shell.fs.resolvePath(shell.cwd, path);
  const first = await shell.origCommand?.(args.filter((arg) => !/^-[fF]$|^--follow/.test(arg)));
  if (first) context.stdout(first.stdout);
  if (full === '/dev/null') await traps.sleep(Infinity, shell.signal);
  let seen = (await shell.fs.readFileBuffer(full).catch(() => new Uint8Array())).length;
  while (!context.signal.aborted && shell.signal?.aborted !== true && full !== '/dev/null') {
    await traps.sleep(FOLLOW_EVERY_MS, shell.signal);
    const content = await shell.fs.readFileBuffer(full).catch(() => new Uint8Array());
    if (content.length < seen) seen = 0;
    if (content.length > seen) context.stdout(content.subarray(seen));
    seen = content.length;
  }
  return done();
}

async function wget(args: string[], shell: ResolvedCommandContext, context: ImageContext): Promise<ExecResult> {
  let output: string | undefined;
  let quiet = false;
  let spider = false;
  let body: string | undefined;
  let timeoutMs: number | undefined;
  const headers: Record<string, string> = {};
  const urls: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (/^-[qcS]*O/.test(arg)) {
      quiet ||= arg.includes('q');
      output = arg.slice(arg.indexOf('O') + 1) || rest.shift();
    } else if (arg === '-q' || arg === '--quiet') quiet = true;
    else if (arg === '--spider') spider = true;
    else if (arg === '-T') timeoutMs = Number(rest.shift()) * 1000;
    else if (arg.startsWith('--timeout=')) timeoutMs = Number(arg.slice(10)) * 1000;
    else if (arg === '-t') rest.shift();
    else if (arg.startsWith('--post-data')) body = arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : rest.shift();
    else if (arg.startsWith('--header')) {
      const [name = '', ...value] = (arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : (rest.shift() ?? '')).split(':');
      headers[name.trim().toLowerCase()] = value.join(':').trim();
    } else if (!arg.startsWith('-')) urls.push(arg.includes('://') ? arg : `http://${arg}`);
  }
  const [url] = urls;
  if (url === undefined) return done('', 1, 'wget: missing URL\n');
  const { hostname, pathname, port } = new URL(url);
  try {
    const answer = await within(context, timeoutMs, shell.signal, (signal) =>
      fetchHttp(context.network, {
        url,
        method: body === undefined ? 'GET' : 'POST',
        body,
        headers: { 'user-agent': 'Wget', ...headers },
        // busybox's own does not look at certificates either, with or without --no-check-certificate.
        tls: { insecure: true },
        signal,
      }),
    );
    if (answer.status >= 400) return done('', 1, `wget: server returned error: HTTP/1.1 ${answer.status} ${answer.statusText}\n`);
    if (spider) return done('', 0, quiet ? '' : 'remote file exists\n');
    if (output === '-') return { ...done(Buffer.from(answer.body).toString('latin1')), stdoutKind: 'bytes' };
    const file = output ?? (pathname.slice(pathname.lastIndexOf('/') + 1) || 'index.html');
    await shell.fs.writeFile(shell.fs.resolvePath(shell.cwd, file), answer.body);
    return done('', 0, quiet ? '' : `saving to '${file}'\n'${file}' saved\n`);
  } catch (error) {
    return done('', 1, `wget: ${connectTrouble(error, hostname, port || (url.startsWith('https:') ? '443' : '80'))}\n`);
  }
}

function connectTrouble(error: unknown, host: string, port: string): string {
  const code = error instanceof NetworkError ? error.code : '';
  if (code === 'ENOTFOUND') return `bad address '${host}'`;
  if (code === 'ECONNREFUSED') return `can't connect to remote host (${host}): Connection refused`;
  if (code === 'ETIMEDOUT') return 'download timed out';
  return `can't connect to remote host (${host}:${port}): ${error instanceof Error ? error.message : String(error)}`;
}

/** `nc -z HOST PORT` tries a port; `nc HOST PORT` sends its input and prints the answer; `nc -l -p PORT` takes one connection. */
async function netcat(args: string[], shell: ResolvedCommandContext, context: ImageContext): Promise<ExecResult> {
  let timeoutMs: number | undefined;
  const plain: string[] = [];
  const flags = new Set<string>();
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '-w') timeoutMs = Number(rest.shift()) * 1000;
    else if (arg === '-p') plain.push(rest.shift() ?? '');
    else if (arg.startsWith('-')) for (const flag of arg.slice(1)) flags.add(flag);
    else plain.push(arg);
  }
  const port = Number(plain.at(-1));
  const input = Buffer.from(String(shell.stdin), 'latin1');
  try {
    return await within(context, timeoutMs, shell.signal, async (signal) => {
      if (flags.has('l')) return await acceptOne(context, port, input, signal);
      const name = plain[0] ?? '';
      const connection = await context.network.dial({ host: await context.network.lookup(name), port }, { signal });
      if (flags.has('z')) {
        connection.destroy();
        return done('', 0, flags.has('v') ? `${name} (${connection.remote.host}:${port}) open\n` : '');
      }
      connection.end(input);
      return await everything(connection);
    });
  } catch (error) {
    const why = error instanceof NetworkError && error.code === 'ECONNREFUSED' ? 'Connection refused' : String(error);
    return done('', 1, flags.has('z') && !flags.has('v') ? '' : `nc: ${plain[0]} (${plain[0]}:${port}): ${why}\n`);
  }
}

async function acceptOne(context: ImageContext, port: number, input: Uint8Array, signal: AbortSignal): Promise<ExecResult> {
  const { promise, resolve, reject } = Promise.withResolvers<ExecResult>();
  signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true });
  await using _listener = await context.network.listen({ host: '0.0.0.0', port }, (connection) => {
    connection.end(input);
    everything(connection).then(resolve, reject);
  });
  return await promise;
}

async function everything(stream: AsyncIterable<Uint8Array>): Promise<ExecResult> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return { ...done(Buffer.concat(chunks).toString('latin1')), stdoutKind: 'bytes' };
}

/** Runs network work that ends with the program, with the container, and after its time. */
async function within<T>(
  context: ImageContext,
  timeoutMs: number | undefined,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer =
    timeoutMs === undefined ? undefined : context.clock.setTimer(timeoutMs, () => limit.abort(new NetworkError('ETIMEDOUT', 'timed out')));
  try {
    return await work(AbortSignal.any([limit.signal, context.signal, ...(signal ? [signal] : [])]));
  } catch (error) {
    throw limit.signal.aborted ? limit.signal.reason : error;
  } finally {
    timer?.cancel();
  }
}
