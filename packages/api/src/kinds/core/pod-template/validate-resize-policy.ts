import { duplicate, type FieldPath, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ContainerResizePolicy } from '../../../../generated/types.ts';

const RESOURCES = ['cpu', 'memory'];
const POLICIES = ['NotRequired', 'RestartContainer'];

/** Whether a container has to be started again for another amount of a resource. `podRestartPolicy` is the Pod's own. */
export function checkResizePolicy(
  policies: readonly ContainerResizePolicy[],
  podRestartPolicy: string | undefined,
  path: FieldPath,
  out: Cause[],
): void {
  policies.forEach(({ resourceName, restartPolicy }, i) => {
    if (policies.findIndex((each) => each.resourceName === resourceName) < i) out.push(duplicate(path.index(i), resourceName));
    for (const [value, known] of [[resourceName, RESOURCES] as const, [restartPolicy, POLICIES] as const]) {
      if (!value) out.push(required(path));
      else if (!known.includes(value)) out.push(notSupported(path, value, known));
    }
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      out.push(invalidValue(path, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"));
    }
  });
}
