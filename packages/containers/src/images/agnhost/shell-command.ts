import type { ServerResponse } from 'node:http';
import type { ImageContext } from '../../image.ts';
import { reply } from '../../web/reply.ts';
import { shell } from '../shell/shell.ts';

/** `/shell?cmd=`: runs a command in the container's shell; the answer is what it wrote, and how it failed. */
export async function runShellCommand(context: ImageContext, command: string, response: ServerResponse): Promise<void> {
  const said: Uint8Array[] = [];
  const write = (text: string | Uint8Array): void => void said.push(typeof text === 'string' ? Buffer.from(text) : text);
  const code = await shell.run({
    ...context,
    command: ['/bin/sh', '-c', command],
    args: [],
    main: false,
    stdin: undefined,
    stdout: write,
    stderr: write,
    onSignal: () => {},
  });
  const output = Buffer.concat(said).toString();
  const result = { ...(code ? { error: `exit status ${code}` } : {}), ...(output === '' ? {} : { output }) };
  reply(response, 200, JSON.stringify(result));
}
