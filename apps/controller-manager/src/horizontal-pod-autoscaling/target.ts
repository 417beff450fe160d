import type { HorizontalPodAutoscaler, KubeObject, Scale } from '@kubernats/api';
import type { Client, KindClient } from '@kubernats/client';
import type { FindScaledKind } from '../scaled-kind.ts';

/** The target of an autoscaler, with what changes its size. */
export interface Target {
  scale: Scale;
  kind: KindClient<KubeObject>;
}

/** Asks a target for its size. Throws an Error whose text says why there is none. */
export async function targetOf({ metadata, spec }: HorizontalPodAutoscaler, find: FindScaledKind, client: Client): Promise<Target> {
  const { kind, name, apiVersion = '' } = spec.scaleTargetRef;
  const parts = apiVersion.split('/');
  if (parts.length > 2) throw new Error(`unexpected GroupVersion string: ${apiVersion}`);
  const [group = ''] = parts.length === 2 ? parts : [];
  const found = find(group, kind);
  if (!found) throw new Error(`no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(group)}`);
  const ofKind = client.kind(found.ref);
  return { kind: ofKind, scale: await ofKind.getScale(name, metadata?.namespace ?? '') };
}
