import {
  type ConfigMap,
  ConfigMaps,
  type KindRef,
  type KubeObject,
  type PersistentVolumeClaim,
  PersistentVolumeClaims,
  Secrets,
} from '@kubernats/api';
import type { SourceData } from '../env/sources.ts';
import type { FollowedKind } from './followed-object.ts';
import { sourceData } from './source-data.ts';

/** What a Pod refers to, and its node follows. */
export interface FollowedKinds {
  configmap: FollowedKind<SourceData>;
  secret: FollowedKind<SourceData>;
  persistentvolumeclaim: FollowedKind<PersistentVolumeClaim>;
}

const targetOf = <T extends KubeObject>({ group, version, plural }: KindRef<T>) => ({ group, version, resource: plural });
const isImmutable = ({ immutable }: ConfigMap): boolean => immutable === true;

export const FOLLOWED_KINDS: FollowedKinds = {
  configmap: {
    called: 'configmap',
    target: targetOf(ConfigMaps),
    keep: (object) => sourceData('configmap', object),
    isFinal: isImmutable,
  },
  secret: { called: 'secret', target: targetOf(Secrets), keep: (object) => sourceData('secret', object), isFinal: isImmutable },
  persistentvolumeclaim: {
    called: 'persistentvolumeclaim',
    target: targetOf(PersistentVolumeClaims),
    keep: (object) => object as PersistentVolumeClaim,
    isFinal: () => false,
  },
};
