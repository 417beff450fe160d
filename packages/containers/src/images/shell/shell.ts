import type { Files } from '@kubernats/files';
import { defineImage } from '../../image.ts';
import { isShellCommand, planShell } from './plan.ts';

export { isShellCommand } from './plan.ts';

/** A small Linux with a shell. Every image that is given a shell's command runs as this one. */
export const shell = defineImage({
  names: ['busybox', 'alpine', 'bash', 'sh', 'debian', 'ubuntu'],
  async refuses({ command, args, mounts }) {
    const [first] = [...command, ...args];
    if (first === undefined || isShellCommand(first)) return undefined;
    if (first.startsWith('/') && (await isFile(mounts, first))) return undefined;
    const why = first.includes('/') ? `stat ${first}: no such file or directory` : 'executable file not found in $PATH';
    const prefix = 'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed';
    return `${prefix}: unable to start container process: error during container init: exec: "${first}": ${why}`;
  },
  async run(context) {
    const plan = planShell([...context.command, ...context.args]);
    if (plan.kind === 'stdin') {
      for await (const _ of context.stdin ?? []);
      return 0;
    }
    // The shell is large: it is loaded when a container first needs it.
    const { runShell } = await import('./session.ts');
    return runShell(context, plan);
  },
});

async function isFile(mounts: readonly { path: string; files: Files }[], path: string): Promise<boolean> {
  for (const mount of mounts) {
    const prefix = mount.path.replace(/\/+$/, '');
    if (path !== prefix && !path.startsWith(`${prefix}/`)) continue;
    if ((await mount.files.stat(path.slice(prefix.length) || '/'))?.kind === 'file') return true;
  }
  return false;
}
