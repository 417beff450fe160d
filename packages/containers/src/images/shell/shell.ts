import { defineImage, type ImageContext } from '../../image.ts';
import { cannotStart, noSuchProgram } from '../../runtime-words.ts';
import { SIGNAL_NAMES } from '../../signals.ts';
import { commandLine, DEFAULT_PATH, isProgramName } from './plan.ts';

export { isShellCommand } from './plan.ts';

/** A small Linux with a shell. Every image that is given a shell's command runs as this one. */
export const shell = defineImage({
  names: [
    'alpine',
    'bash',
    'buildpack-deps',
    'busybox',
    'curlimages/curl',
    'debian',
    'dash',
    'nicolaka/netshoot',
    'sh',
    'ubuntu',
    'alpine/curl',
    'praqma/network-multitool',
    'wbitt/network-multitool',
  ],
  async refuses(context) {
    const why = await missing(context, commandLine(context)[0] ?? '');
    return why === undefined ? undefined : cannotStart(why);
  },
  async run(context) {
    // Process 1 has no default for a signal: what it does not take does nothing, from its first moment on.
    if (context.main) for (const name of SIGNAL_NAMES) context.onSignal(name, () => {});
    // The shell is large: it is loaded when a container first needs it.
    const { runSession } = await import('./session.ts');
    return runSession(context);
  },
});

/** Why a container has no such program, in the words of its runtime; undefined: it has. */
export async function missing(context: Pick<ImageContext, 'files' | 'workingDir' | 'env'>, word: string): Promise<string | undefined> {
  const { files, workingDir = '/', env } = context;
  const name = word.slice(word.lastIndexOf('/') + 1);
  const inPath = word === name || /^\/(usr\/)?(local\/)?s?bin\/[^/]+$/.test(word);
  if (inPath && isProgramName(name)) return undefined;
  if (!word.includes('/')) {
    for (const folder of (env.PATH ?? DEFAULT_PATH).split(':')) {
      const stat = await files.stat(`${folder}/${word}`);
      if (stat?.kind === 'file' && (stat.mode & 0o111) !== 0) return undefined;
    }
    return noSuchProgram(word);
  }
  const stat = await files.stat(word.startsWith('/') ? word : `${workingDir}/${word}`);
  if (!stat) return noSuchProgram(word);
  if (stat.kind === 'directory') return `exec: "${word}": is a directory: permission denied`;
  return (stat.mode & 0o111) === 0 ? `exec: "${word}": permission denied` : undefined;
}
