import type { PodExplanation } from '@kubernats/explain';
import { stringify } from 'yaml';
import { type AccessOptions, answerOf, clusterAccess } from '../explain/cluster-access.ts';
import { podText } from '../explain/pod-text.ts';
import { Failure } from '../failure.ts';

export type Output = 'text' | 'json' | 'yaml';

export interface ExplainOptions extends AccessOptions {
  node?: string;
  all?: boolean;
  output: Output;
}

/** Nodes that are shown one by one, unless all are asked for. */
const NODES = '10';
const PODS = new Set(['pod', 'pods', 'po']);

/** Says why a Pod is on its node, or Pending. */
export async function explain(words: readonly string[], options: ExplainOptions): Promise<void> {
  const name = podName(words);
  const { api, namespace } = clusterAccess(options);
  using _api = api;
  const { node, all = false, output } = options;
  const limit = all ? '0' : output === 'text' ? NODES : undefined;
  const query = { ...(node !== undefined && { node }), ...(limit !== undefined && { limit }) };
  const text = await answerOf(api, {
    verb: 'get',
    group: '',
    version: 'v1',
    resource: 'pods',
    subresource: 'explain',
    namespace,
    name,
    query,
  });
  print(text, output, (answer: PodExplanation) => podText(answer, { all, node }));
}

/** `pod NAME`, `pod/NAME` or `NAME`. */
function podName([first = '', second, ...rest]: readonly string[]): string {
  const [kind = '', name = ''] =
    second === undefined && first.includes('/') ? first.split('/', 2) : second === undefined ? ['pod', first] : [first, second];
  if (!PODS.has(kind) || name === '' || name.includes('/') || rest.length > 0) {
    throw new Failure(
      `only Pods can be explained, one at a time: pod NAME, not ${JSON.stringify([first, second, ...rest].filter(Boolean).join(' '))}`,
      2,
    );
  }
  return name;
}

/** An answer as it came, as YAML, or in words. */
export function print<T>(json: string, output: Output, words: (answer: T) => string): void {
  const answer: unknown = JSON.parse(json);
  const text =
    output === 'json' ? JSON.stringify(answer, undefined, 2) : output === 'yaml' ? stringify(answer).trimEnd() : words(answer as T);
  process.stdout.write(`${text}\n`);
}
