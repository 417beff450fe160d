import { AsyncLocalStorage } from 'node:async_hooks';
import type { CustomCommand } from 'just-bash';
import type { TlsOptions } from '../../adapters/tls.ts';
import type { Define } from './programs.ts';

/** What the `curl` that is running was told about certificates: the interpreter's own knows nothing of them. */
export const tlsOfCurl = new AsyncLocalStorage<TlsOptions>();

/** `curl` with `-k`, `--insecure` and `--cacert FILE`; the rest is the interpreter's. */
export function curlWithTls(define: Define): CustomCommand {
  return define('curl', async (args, { origCommand, fs, cwd }) => {
    const { rest, insecure, caFile } = withoutTls(args);
    const tls: TlsOptions = { insecure };
    if (caFile !== undefined) {
      try {
        tls.ca = await fs.readFileBuffer(fs.resolvePath(cwd, caFile));
      } catch {
        const text = `curl: (77) error setting certificate verify locations:  CAfile: ${caFile} CApath: none\n`;
        return { stdout: '', stderr: text, exitCode: 77 };
      }
    }
    return tlsOfCurl.run(tls, async () => (await origCommand?.(rest)) ?? { stdout: '', stderr: 'curl: not found\n', exitCode: 127 });
  });
}

function withoutTls(args: readonly string[]): { rest: string[]; insecure: boolean; caFile: string | undefined } {
  const rest: string[] = [];
  let insecure = false;
  let caFile: string | undefined;
  const left = [...args];
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    if (arg === '--insecure') insecure = true;
    else if (arg === '--cacert') caFile = left.shift();
    else if (arg.startsWith('--cacert=')) caFile = arg.slice('--cacert='.length);
    else if (/^-[sSfLivIOGg]*k[sSfLivIOGgk]*$/.test(arg)) {
      insecure = true;
      const others = arg.replaceAll('k', '');
      if (others !== '-') rest.push(others);
    } else rest.push(arg);
  }
  return { rest, insecure, caFile };
}
