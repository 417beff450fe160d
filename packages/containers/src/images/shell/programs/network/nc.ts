import type { Connection } from '@kubernats/net';
import { isNameError } from '../../../../network/pod-network.ts';
import { Complaint, codeOf, textOf } from '../../process/errors.ts';
import { findProgram } from '../../process/find-program.ts';
import type { Invocation, Program } from '../../process/invocation.ts';
import { Process } from '../../process/process.ts';
import { secondsOf } from '../launchers.ts';
import { ConnectionFile } from './connection-file.ts';
import { within } from './within.ts';

interface Request {
  listens: boolean;
  keeps: boolean;
  probes: boolean;
  verbose: boolean;
  udp: boolean;
  timeoutMs: number | undefined;
  /** Runs for each connection, with it as its input and output. */
  program: string[] | undefined;
  host: string | undefined;
  port: number;
}

function requestOf(args: readonly string[]): Request {
  const plain: string[] = [];
  const flags = new Set<string>();
  let timeoutMs: number | undefined;
  let program: string[] | undefined;
  let port: string | undefined;
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '-w' || arg === '-q' || arg === '-i') {
      const value = (secondsOf(rest.shift() ?? '') ?? 0) * 1000;
      if (arg === '-w') timeoutMs = value;
    } else if (arg === '-p') port = rest.shift();
    else if (arg === '-s') rest.shift();
    else if (/^-\w*e$/.test(arg)) {
      for (const flag of arg.slice(1, -1)) flags.add(flag);
      program = rest.splice(0);
    } else if (/^-\w*p$/.test(arg)) {
      for (const flag of arg.slice(1, -1)) flags.add(flag);
      port = rest.shift();
    } else if (arg.startsWith('-') && arg.length > 1) for (const flag of arg.slice(1)) flags.add(flag);
    else plain.push(arg);
  }
  const listens = flags.has('l');
  const number = Number(port ?? plain.at(-1));
  if (!Number.isInteger(number) || number < 0 || number > 65535 || (!listens && plain.length < 2))
    throw new Complaint('usage: nc [-lkzvu] [-w SEC] [-p PORT] [HOST] PORT [-e PROG]');
  return {
    listens,
    keeps: flags.has('k'),
    probes: flags.has('z'),
    verbose: flags.has('v'),
    udp: flags.has('u'),
    timeoutMs,
    program,
    host: listens ? undefined : plain[0],
    port: number,
  };
}

/** `nc HOST PORT` joins a connection and the standard streams; `-z` only tries; `-l -p PORT` waits for one connection, with `-k` for more. */
export const nc: Program = async (run) => {
  const request = requestOf(run.args);
  if (request.udp) return sendDatagrams(run, request);
  if (request.listens) return listen(run, request);
  const { host = '', port } = request;
  let connection: Connection;
  let address = host;
  try {
    connection = await within(run, request.timeoutMs, async (signal) => {
      address = await run.system.network.lookup(host);
      return run.system.network.dial({ host: address, port }, { signal });
    });
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    if (isNameError(codeOf(error))) throw new Complaint(`bad address '${host}'`);
    throw new Complaint(request.probes && !request.verbose ? '' : `${host} (${address}:${port}): ${textOf(error)}`);
  }
  if (request.verbose) await run.err(`${host} (${address}:${port}) open\n`);
  if (request.probes) {
    connection.destroy();
    return 0;
  }
  return converse(run, connection, request);
};

async function listen(run: Invocation, request: Request): Promise<number> {
  const waiting: Connection[] = [];
  let wake = Promise.withResolvers<void>();
  await using _listener = await run.process.wait(
    run.system.network.listen({ host: '0.0.0.0', port: request.port }, (connection) => {
      // One at a time is served; without `-k` only the first.
      waiting.push(connection);
      wake.resolve();
    }),
  );
  const forget = run.process.onEnd(() => void _listener.close());
  try {
    for (let status = 0; ; ) {
      while (waiting.length === 0) {
        await run.process.wait(wake.promise);
        wake = Promise.withResolvers<void>();
      }
      const connection = waiting.shift();
      if (!connection) continue;
      if (request.program && request.keeps) {
        // One caller's trouble is not the next one's.
        converse(run, connection, request).catch(() => connection.destroy());
        continue;
      }
      status = await converse(run, connection, request);
      if (!request.keeps) return status;
    }
  } finally {
    forget();
    for (const connection of waiting) connection.destroy();
  }
}

/** Both directions at once. It ends when the other side has, and with a program when that has. */
async function converse(run: Invocation, connection: Connection, { program }: Request): Promise<number> {
  const forget = run.process.onEnd(() => connection.destroy());
  connection.on('error', () => {});
  try {
    if (program) return await serve(run, connection, program);
    const sent = send(run, connection);
    sent.catch(() => connection.destroy());
    try {
      for await (const bytes of connection) await run.out(bytes);
    } catch (error) {
      run.process.check();
      if (codeOf(error) === 'EPIPE') throw error;
    }
    return 0;
  } finally {
    forget();
    connection.destroy();
  }
}

async function send(run: Invocation, connection: Connection): Promise<void> {
  for await (const bytes of run.input()) {
    if (connection.destroyed) return;
    if (!connection.write(bytes)) await run.process.wait(new Promise<void>((resolve) => connection.once('drain', resolve)));
  }
  connection.end();
}

async function serve(run: Invocation, connection: Connection, program: readonly string[]): Promise<number> {
  const { process, system } = run;
  const found = await findProgram(process, program[0] ?? '');
  if ('status' in found) throw new Complaint(`can't execute '${program[0]}': No such file or directory`, 127);
  const file = new ConnectionFile(connection);
  const files = new Map(process.files).set(0, file).set(1, file);
  const child = new Process({ system, parent: process, argv: program, env: process.env, cwd: process.cwd, files });
  file.release();
  return process.wait(child.run((one) => found.run(one, program)));
}

async function sendDatagrams(run: Invocation, { host = '', port, listens, timeoutMs }: Request): Promise<number> {
  const { network } = run.system;
  const to = listens ? undefined : { host: await network.lookup(host), port };
  const socket = await run.process.wait(
    network.bindUdp({ host: '0.0.0.0', port: listens ? port : 0 }, ({ data }) => void run.out(data).catch(() => {})),
  );
  const forget = run.process.onEnd(() => void socket.close());
  try {
    if (to) for await (const bytes of run.input()) socket.send(bytes, to);
    await run.process.sleep(timeoutMs ?? (listens ? Infinity : 1000));
    return 0;
  } finally {
    forget();
    await socket.close();
  }
}
