import type { Image, ImageContext } from '../../../image.ts';
import { codeOf } from './errors.ts';
import { Invocation } from './invocation.ts';
import type { Process } from './process.ts';

/** Runs a program of the image's own as a process of the shell: it is piped, counted and killed as any other. */
export function imageProgram(image: Pick<Image, 'run'>): (process: Process, argv: readonly string[]) => Promise<number> {
  return async (process, argv) => {
    // Programs do not wait for all that they write: a reader that has gone ends them, as a pipe does.
    const write = (fd: number) => (text: string | Uint8Array) =>
      process.say(fd, text).catch((error: unknown) => {
        if (codeOf(error) === 'EPIPE') process.kill('SIGPIPE');
      });
    const context: ImageContext = {
      ...process.system.context,
      command: argv,
      args: [],
      env: process.env,
      workingDir: process.cwd,
      meter: process.meter,
      main: false,
      stdin: new Invocation(process, argv).input(),
      stdout: write(1),
      stderr: write(2),
      signal: process.abortSignal,
      onSignal: (name, handle) => void (handle ? process.handlers.set(name, handle) : process.handlers.delete(name)),
    };
    return (await process.wait(Promise.resolve(image.run(context)))) ?? 0;
  };
}
