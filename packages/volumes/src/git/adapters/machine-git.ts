import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemCode } from '@kubernats/errors';
import { createDiskFiles, type Files } from '@kubernats/files';
import { BackendError } from '../../port.ts';
import type { Git, GitLimits, GitOutcome } from '../git.ts';

/** How often the room that a checkout takes is looked at; seldom enough to take a tenth of the time at most. */
const LOOK_EVERY_MS = 200;
const ERRORS_MAX = 16 * 1024;

/** No hooks, watchers or helpers, no work in the background, and no log that would tell where it was cloned from. */
const SETTINGS = Object.entries({
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.logAllRefUpdates': 'false',
  'credential.helper': '',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'advice.detachedHead': 'false',
  'init.defaultBranch': 'main',
}).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** What git needs to know of this machine to reach others: proxies, certificates, an agent with keys. */
const KEPT = ['PATH', 'http_proxy', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'no_proxy', 'NO_PROXY'].concat(
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO', 'SSH_AUTH_SOCK', 'SYSTEMROOT'],
);

export interface MachineGitOptions {
  /** The program. Default: the `git` of the PATH. */
  readonly program?: string;
}

/** The git that is installed on this machine, each run a process of its own. */
export function machineGit({ program = 'git' }: MachineGitOptions = {}): Git {
  return {
    async workspace(folder = tmpdir(), name) {
      const prefix = `kubernats-git-${name}-`;
      mkdirSync(folder, { recursive: true });
      for (const left of readdirSync(folder)) if (left.startsWith(prefix)) rmSync(join(folder, left), { recursive: true, force: true });
      const path = realpathSync(mkdtempSync(join(folder, prefix)));
      const files = createDiskFiles(path);
      return {
        files,
        run: (args, limits) => runGit(program, args, path, files, limits),
        async [Symbol.asyncDispose]() {
          rmSync(path, { recursive: true, force: true });
        },
      };
    },
  };
}

async function runGit(program: string, args: readonly string[], folder: string, files: Files, limits: GitLimits): Promise<GitOutcome> {
  // In a group of its own: what git starts ends with it.
  const child = spawn(program, [...SETTINGS, ...args], {
    cwd: folder,
    env: environment(folder, limits.protocols),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  using _ended = endWithUs(child);
  let exceeded: 'bytes' | 'time' | undefined;
  const stop = (why: 'bytes' | 'time'): void => {
    exceeded ??= why;
    killGroup(child);
  };
  const timer = setTimeout(stop, limits.timeoutMs, 'time');
  const watching = new AbortController();
  const watch = limits.maxBytes === undefined ? undefined : whileRoom(files, limits.maxBytes, watching.signal, () => stop('bytes'));
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (errors.length < ERRORS_MAX) errors += text;
  });
  try {
    const exitCode = await exitOf(child);
    return exceeded === undefined ? { exitCode, errors } : { exceeded };
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw new BackendError('git is not installed on this machine: volumes that are repositories need it (apt-get install git)');
  } finally {
    clearTimeout(timer);
    watching.abort();
    await watch;
  }
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
}

async function whileRoom(files: Files, maxBytes: number, signal: AbortSignal, onFull: () => void): Promise<void> {
  let pauseMs = LOOK_EVERY_MS;
  while (!signal.aborted) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pauseMs);
      const end = (): void => {
        clearTimeout(timer);
        resolve();
      };
      signal.addEventListener('abort', end, { once: true });
    });
    if (signal.aborted) return;
    const begun = performance.now();
    // Files come and go while they are counted: then it is counted again.
    const used = await files.usage().catch(() => 0);
    pauseMs = Math.max(LOOK_EVERY_MS, 10 * (performance.now() - begun));
    if (used > maxBytes) return onFull();
  }
}

function environment(folder: string, protocols: readonly string[]): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
    HOME: folder,
    LC_ALL: 'C',
    GIT_ALLOW_PROTOCOL: protocols.join(':'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_CEILING_DIRECTORIES: folder,
    GIT_TERMINAL_PROMPT: '0',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new',
    GIT_LFS_SKIP_SMUDGE: '1',
  };
}

/** The groups that must not outlive this process. */
const running = new Set<ChildProcess>();

function endWithUs(child: ChildProcess): Disposable {
  if (running.size === 0) process.on('exit', killAll);
  running.add(child);
  return {
    [Symbol.dispose]() {
      running.delete(child);
      if (running.size === 0) process.off('exit', killAll);
    },
  };
}

function killAll(): void {
  for (const child of running) killGroup(child);
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}
