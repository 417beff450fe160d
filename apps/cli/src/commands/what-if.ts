import { text as textOf } from 'node:stream/consumers';
import { encodeJson } from '@kubernats/client';
import type { WhatIf } from '@kubernats/explain';
import { type AccessOptions, answerOf, clusterAccess } from '../explain/cluster-access.ts';
import { manifestList } from '../explain/manifest.ts';
import { whatIfText } from '../explain/what-if-text.ts';
import { readUserFile } from '../nodes/user-file.ts';
import { type Output, print } from './explain.ts';

export interface WhatIfOptions extends AccessOptions {
  filename: string;
  all?: boolean;
  output: Output;
}

/** Says where the Pods of a manifest would go. Nothing is changed. */
export async function whatIf(options: WhatIfOptions): Promise<void> {
  const { filename, all = false, output } = options;
  const isPipe = filename === '-';
  const manifest = manifestList(isPipe ? await textOf(process.stdin) : readUserFile(filename), isPipe ? 'the standard input' : filename);
  const { api, namespace } = clusterAccess(options);
  using _api = api;
  const where = { group: '', version: 'v1', resource: 'namespaces', name: namespace, subresource: 'whatif' };
  const text = await answerOf(api, { verb: 'create', ...where, contentType: 'application/json', body: encodeJson(manifest) });
  print(text, output, (answer: WhatIf) => whatIfText(answer, all));
}
