import { Buffer } from 'node:buffer';
import { parse } from 'yaml';
import { z } from 'zod';
import { Failure } from '../failure.ts';

const text = z.string().optional();
const schema = z.object({
  'current-context': z.string(),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string(), namespace: text }) })),
  clusters: z.array(
    z.object({
      name: z.string(),
      cluster: z.object({ server: z.url(), 'certificate-authority-data': text, 'certificate-authority': text }),
    }),
  ),
  users: z.array(
    z.object({
      name: z.string(),
      user: z.object({
        ...{ 'client-certificate-data': text, 'client-certificate': text, 'client-key-data': text, 'client-key': text, token: text },
      }),
    }),
  ),
});

/** How the current context of a kubeconfig reaches its API server, and as whom. PEM texts. */
export interface Access {
  url: string;
  ca?: string;
  cert?: string;
  key?: string;
  token?: string;
  namespace: string;
}

function parsed(file: string, yaml: string): z.infer<typeof schema> {
  try {
    return schema.parse(parse(yaml));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Failure(`${file} is no kubeconfig that can be used: ${why}`);
  }
}

/**
 * Reads a kubeconfig: certificates inside or in files, or a token. `read` gives a file's text. Throws a Failure that names what is wrong.
 * Source: `clientcmd/v1.Config`.
 */
export function readKubeconfig(file: string, read: (file: string) => string): Access {
  const config = parsed(file, read(file));
  const find = <T extends { name: string }>(what: string, list: readonly T[], name: string): T => {
    const found = list.find((each) => each.name === name);
    if (!found) throw new Failure(`${file} has no ${what} ${JSON.stringify(name)}`);
    return found;
  };
  const { context } = find('context', config.contexts, config['current-context']);
  const { cluster } = find('cluster', config.clusters, context.cluster);
  const { user } = find('user', config.users, context.user);
  const pem = (data: string | undefined, path: string | undefined): string | undefined =>
    data === undefined ? path && read(path) : Buffer.from(data, 'base64').toString('utf8');
  return {
    url: cluster.server,
    ca: pem(cluster['certificate-authority-data'], cluster['certificate-authority']),
    cert: pem(user['client-certificate-data'], user['client-certificate']),
    key: pem(user['client-key-data'], user['client-key']),
    token: user.token,
    namespace: context.namespace ?? 'default',
  };
}
