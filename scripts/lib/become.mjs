import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { nodeToUse } from '../setup/node.mjs';

/** Runs a program on the right Node.js as if this process were it: with its terminal, its signals and, at the end, its exit code. */
export function become(file, args, { cwd, env } = {}) {
  const child = spawn(nodeToUse(), ['--disable-warning=ExperimentalWarning', file, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('close', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
