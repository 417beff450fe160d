import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Why a step of the set-up did not work, in words for a person. */
export class SetupError extends Error {}

/**
 * Runs a program and resolves with what it printed. Rejects with a SetupError that names the program, its exit and the end of
 * its output. `inherit` shows the output as it comes instead.
 */
export function run(command, args, { cwd, env, inherit = false, timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: inherit ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    });
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', (error) => reject(new SetupError(`${command}: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const tail = output.trim().split('\n').slice(-15).join('\n');
      reject(new SetupError(`${command} ${args.join(' ')} ended with ${signal ?? `exit code ${code}`}${tail ? `:\n${tail}` : ''}`));
    });
  });
}

/** The program's path, if PATH has it. */
export function which(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const candidate = join(folder || '.', program);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // not here; the next folder may have it
    }
  }
  return undefined;
}
