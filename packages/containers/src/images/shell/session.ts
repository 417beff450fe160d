import type { Files } from '@kubernats/files';
import { Bash, type BashOptions, defineCommand, getCommandNames, parse, type SecureFetch } from 'just-bash';
import { fetchHttp } from '../../adapters/http.ts';
import type { ImageContext } from '../../image.ts';
import { tlsOfCurl } from './curl-tls.ts';
import { instrument, piecesOf } from './instrument.ts';
import { quote, type ShellPlan } from './plan.ts';
import { PENDING, programs, STREAMS, TICK } from './programs.ts';
import { shellFiles } from './shell-files.ts';
import { Traps } from './signals.ts';

// A container may run for ever; what bounds it is its end, not a count of loops.
const NO_LIMITS: BashOptions['executionLimits'] = {
  maxCommandCount: Number.MAX_SAFE_INTEGER,
  maxLoopIterations: Number.MAX_SAFE_INTEGER,
  maxWorkUnits: Number.MAX_SAFE_INTEGER,
  maxExecutionTimeMs: Infinity,
  maxOutputSize: Number.MAX_SAFE_INTEGER,
};

const FOLDERS = ['/bin', '/dev', '/etc', '/home', '/proc/1/fd', '/proc/self/fd', '/root', '/tmp', '/usr/bin', '/var/log', '/var/run'];
const encoder = new TextEncoder();
// By its path: a script may set PATH as it likes.
const pieces = piecesOf(parse, `/bin/${TICK} || eval "$${PENDING}"`);

/** Runs one script to its end; the answer is its exit code. Its output goes to the container's streams as it comes. */
export async function runShell(context: ImageContext, plan: Exclude<ShellPlan, { kind: 'stdin' }>): Promise<number> {
  const { files } = context;
  for (const folder of FOLDERS) await files.mkdir(folder, { recursive: true });
  const hostname = context.env.HOSTNAME ?? context.pod.name;
  await provide(files, '/etc/hostname', `${hostname}\n`);
  await provide(files, '/etc/hosts', `127.0.0.1\tlocalhost\n${context.network.ip}\t${hostname}\n`);
  const cwd = context.workingDir || '/';
  await files.mkdir(cwd, { recursive: true });

  const traps = new Traps(context);
  const ours = programs(defineCommand, context, traps);
  const names = new Set<string>([...getCommandNames(), 'curl', ...ours.map((program) => program.name)]);
  const bash = new Bash({
    fs: shellFiles(files, { stdout: context.stdout, stderr: context.stderr, isProgram: (name) => names.has(name) }),
    cwd,
    env: { HOME: '/root', PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...context.env },
    executionLimits: NO_LIMITS,
    // It guards the machine's globals while a script runs, which are also the other containers'. Scripts reach nothing but the files and
    // the network that they were given.
    defenseInDepth: false,
    customCommands: ours,
    fetch: podFetch(context),
  });
  bash.registerTransformPlugin({ name: 'container', transform: ({ ast }) => ({ ast: instrument(ast, pieces) }) });

  const body = plan.kind === 'script' ? plan.text : plan.options + (await scriptOf(files, plan.path));
  const positional = plan.positional.length > 0 ? `set -- ${plan.positional.map(quote).join(' ')};` : '';
  const result = await bash.exec(`${STREAMS}${positional}${body}`, { signal: context.signal, rawScript: true });
  // What was not written live: a script that cannot be parsed, for one.
  if (result.stdout !== '') await context.stdout(result.stdout);
  if (result.stderr !== '') await context.stderr(result.stderr);
  if (traps.onExit !== '' && !context.signal.aborted) {
    await bash.exec(`${STREAMS}${traps.onExit}`, { env: result.env, signal: context.signal });
  }
  return result.exitCode;
}

/** Writes a file that an image brings along, unless it is there: mounted, or the container's own by now. */
async function provide(files: Files, path: string, text: string): Promise<void> {
  if (!(await files.stat(path))) await files.write(path, encoder.encode(text));
}

async function scriptOf(files: Files, path: string): Promise<string> {
  return Buffer.from(await files.read(path)).toString('utf8');
}

/** What `curl` uses. */
function podFetch(context: ImageContext): SecureFetch {
  return async (url, { method, headers, body, signal } = {}) => {
    const answer = await fetchHttp(context.network, {
      url,
      method,
      headers: headers && Object.fromEntries(new Headers(headers)),
      body,
      signal: AbortSignal.any([context.signal, ...(signal ? [signal] : [])]),
      tls: tlsOfCurl.getStore(),
    });
    return { ...answer, url };
  };
}
