import { readFile } from 'node:fs/promises';
import type { Log } from '@kubernats/client';
import type { ConfigOf } from '@kubernats/runtime';
import type { ApiServerConfig } from '../../config.ts';
import type { authenticationOptions } from '../../options.ts';
import { readStaticTokens } from '../../tokens/static-tokens.ts';

/** What the options say of how clients prove who they are. Throws `FileError` for a file that cannot be followed. */
export async function openAuthentication(
  { tokenAuthFile }: ConfigOf<typeof authenticationOptions>,
  log: Log,
): Promise<Pick<ApiServerConfig, 'staticTokens'>> {
  if (tokenAuthFile === undefined) return {};
  const { users, warnings } = await readStaticTokens(await readFile(tokenAuthFile, 'utf8'), tokenAuthFile);
  for (const warning of warnings) log.warn({}, warning);
  return { staticTokens: users };
}
