import type { CSIDriver } from '@kubernats/api';

const CHECK = 'kubernetes.io/csi: mounter.SetUpAt failed to check volume lifecycle mode: volume mode "Ephemeral" not supported by driver';

/** Why a driver makes no volume that lives as long as its Pod; undefined: it does. Source: the Ephemeral Volumes concept, "CSI ephemeral volumes". */
export function ephemeralProblem(name: string, driver: CSIDriver | undefined): string | undefined {
  if (!driver) return `${CHECK} ${name} (no CSIDriver object)`;
  const { volumeLifecycleModes = ['Persistent'] } = driver.spec;
  if (volumeLifecycleModes.includes('Ephemeral')) return undefined;
  return `${CHECK} ${name} (only supports [${volumeLifecycleModes.map((mode) => `"${mode}"`).join(' ')}])`;
}
