import type { Pod, Toleration } from '@kubernats/api';
import type { AdmissionPlugin } from './admission.ts';

const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
const SECONDS = 300;

/** A Pod stays for five minutes on a node that has gone silent, unless it says otherwise. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  mutate(_core, call, draft, old) {
    if (old !== undefined || call.row.plural !== 'pods' || call.row.group !== '') return;
    const pod: Pod = draft;
    if (!pod.spec) return;
    const tolerations: Toleration[] = pod.spec.tolerations ?? [];
    for (const key of TAINTS) {
      if (tolerations.some((each) => covers(each, key))) continue;
      tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS });
    }
    pod.spec.tolerations = tolerations;
  },
};

function covers(toleration: Toleration, key: string): boolean {
  const { key: own, effect, operator } = toleration;
  if (own !== key && !(own === undefined && operator === 'Exists') && own !== '') return false;
  return effect === undefined || effect === '' || effect === 'NoExecute';
}
