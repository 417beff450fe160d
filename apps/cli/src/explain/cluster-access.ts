import { type ApiRequest, type ApiTransport, type HttpsTransport, httpsTransport, successBody } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { StatusError } from '@kubernats/errors';
import { Failure } from '../failure.ts';
import { readUserFile } from '../nodes/user-file.ts';
import { clusterPaths } from '../state/paths.ts';
import { runningCluster } from '../state/supervisor-file.ts';
import { readKubeconfig } from '../trace/kubeconfig.ts';

export interface AccessOptions {
  name: string;
  namespace?: string;
  kubeconfig?: string;
}

/** The API server of a running cluster, or of a kubeconfig's, and the namespace that is meant. */
export function clusterAccess(options: AccessOptions): { api: HttpsTransport; namespace: string } {
  const { namespace, ...access } = readKubeconfig(options.kubeconfig ?? ownKubeconfig(options.name), readUserFile);
  return {
    api: httpsTransport({ ...access, userAgent: 'kubernats', clock: realClock, random: realRandom }),
    namespace: options.namespace ?? namespace,
  };
}

/** The kubeconfig of a cluster of this machine. Throws a Failure when it does not run. */
export function ownKubeconfig(cluster: string): string {
  const paths = clusterPaths(cluster);
  if (!runningCluster(paths)) throw new Failure(`cluster ${cluster} is not running. Start it with: ./kubernats up`);
  return paths.kubeconfig;
}

/** The answer's JSON as text. What the API server refuses is a Failure with its message. */
export async function answerOf(api: ApiTransport, request: ApiRequest): Promise<string> {
  try {
    return new TextDecoder().decode(successBody(await api.request(request)));
  } catch (error) {
    throw error instanceof StatusError ? new Failure(error.message) : error;
  }
}
