// The subcommands that print something about where they run, and end.
import type { ImageContext } from '../../image.ts';
import { textOf } from '../../network/container-lookup.ts';

/** The values of a keyword of /etc/resolv.conf. */
async function resolvConf({ files }: ImageContext, keyword: string): Promise<string[]> {
  const lines = (await textOf(files, '/etc/resolv.conf')).split('\n').map((line) => line.trim().split(/\s+/));
  return lines.flatMap(([first, ...values]) => (first === keyword ? values : []));
}

export async function dnsSuffix(context: ImageContext): Promise<number> {
  context.stdout((await resolvConf(context, 'search')).join(','));
  return 0;
}

export async function dnsServerList(context: ImageContext): Promise<number> {
  context.stdout((await resolvConf(context, 'nameserver')).join(','));
  return 0;
}

export async function etcHosts(context: ImageContext): Promise<number> {
  context.stdout(await textOf(context.files, '/etc/hosts'));
  return 0;
}

/** Prints its environment, as `env` does. */
export function environment(context: ImageContext): number {
  const lines = Object.entries(context.env).map(([name, value]) => `${name}=${value}\n`);
  context.stdout(lines.join(''));
  return 0;
}

/** Prints what it was called with. */
export function entrypointTester(context: ImageContext, words: readonly string[]): number {
  context.stdout(`[/agnhost ${words.join(' ')}]\n`);
  return 0;
}
