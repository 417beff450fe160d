import type { FileKeySelector } from '@kubernats/api';
import { ConfigError } from './sources.ts';

/**
 * One value of a file in a volume; undefined where the file or the key is missing and may be. Throws `ConfigError`.
 * Source: Kubernetes, "Define Environment Variable Values Using An Init Container".
 */
export async function readEnvFile(
  { volumeName, path, key, optional = false }: FileKeySelector,
  readVolume: (volume: string, path: string) => Promise<Uint8Array | undefined>,
): Promise<string | undefined> {
  const file = await readVolume(volumeName, path);
  if (!file) {
    if (optional) return undefined;
    throw new ConfigError(`couldn't parse env file ${path} in volume ${volumeName}: no such file or directory`);
  }
  const value = parseEnvFile(new TextDecoder().decode(file)).get(key);
  if (value === undefined && !optional) throw new ConfigError(`environment variable key "${key}" not found in file "${path}"`);
  return value;
}

/**
 * `NAME='value'` on lines of their own. A value is taken as it stands between its quotes, over several lines too; spaces around `=` and before a
 * line, empty lines and lines that begin with `#` do not count. Everything else is an error. Throws `ConfigError`.
 */
export function parseEnvFile(text: string): Map<string, string> {
  const values = new Map<string, string>();
  let rest = text;
  while (rest.trim() !== '') {
    const skipped = /^(?:[ \t]*(?:#[^\n]*)?\r?\n|[ \t]*#[^\n]*$)/.exec(rest);
    if (skipped) {
      rest = rest.slice(skipped[0].length);
      continue;
    }
    const declared = /^[ \t]*([^\s=#'][^=\n]*?)[ \t]*=[ \t]*'([^']*)'[ \t]*(?:\r?\n|$)/.exec(rest);
    const [whole, name, value] = declared ?? [];
    if (whole === undefined || name === undefined || value === undefined) {
      const line = text.slice(0, text.length - rest.length).split('\n').length;
      throw new ConfigError(`invalid environment variable format at line ${line}`);
    }
    values.set(name, value);
    rest = rest.slice(whole.length);
  }
  return values;
}
