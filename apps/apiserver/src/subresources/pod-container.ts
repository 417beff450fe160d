import type { Pod } from '@kubernats/api';
import { badRequest } from '@kubernats/errors';

/** The container that is meant. Throws BadRequest in Kubernetes' words when it is not clear, or there is none of that name. */
export function containerOf(pod: Pod, asked: string | undefined): string {
  const name = pod.metadata?.name ?? '';
  const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {};
  if (asked) {
    const all = [...containers, ...initContainers, ...ephemeralContainers];
    if (all.some((each) => each.name === asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [only] = containers;
  if (only && containers.length === 1) return only.name;
  const chosen = pod.metadata?.annotations?.['kubectl.kubernetes.io/default-container'];
  if (chosen && containers.some((each) => each.name === chosen)) return chosen;
  const list = (of: readonly { name: string }[]) => `[${of.map((each) => each.name).join(' ')}]`;
  const init = initContainers.length > 0 ? ` or one of the init containers: ${list(initContainers)}` : '';
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: ${list(containers)}${init}`);
}
