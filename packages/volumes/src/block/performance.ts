import { durationOf, wordOf } from '../parameters.ts';
import { BackendError } from '../port.ts';
import { DISK_TYPES, diskType } from './disk-types.ts';

/** How long a disk takes, in milliseconds. */
export interface Performance {
  readonly createMs: number;
  readonly attachMs: number;
  readonly detachMs: number;
  /** Of one read or write. */
  readonly latencyMs: number;
}

/** The names that times have among a class's parameters, and among the attributes of a disk, where an administrator may write them too. */
const TIMES = { createMs: 'createTime', attachMs: 'attachTime', detachMs: 'detachTime', latencyMs: 'latency' } as const;

/** What says how fast a disk is. */
export const PERFORMANCE_PARAMETERS: readonly string[] = [...Object.values(TIMES), 'realistic'];

/**
 * What `attachTime`, `detachTime`, `createTime` and `latency` say; with `realistic: "true"` the others are those of the disk's type. Without any
 * everything is done at once. Throws `BackendError`.
 */
export function performanceOf(get: (name: string) => string | undefined, typeName: string | undefined): Performance {
  const isRealistic = wordOf('realistic', get('realistic'), ['false', 'true']) === 'true';
  const type = isRealistic ? diskType(typeName ?? '') : undefined;
  if (isRealistic && !type) {
    throw new BackendError(
      `parameter "realistic": the type must be one of ${DISK_TYPES.join(', ')}, not ${JSON.stringify(typeName ?? '')}`,
    );
  }
  const time = (which: keyof typeof TIMES): number => durationOf(TIMES[which], get(TIMES[which])) ?? type?.[which] ?? 0;
  return { createMs: time('createMs'), attachMs: time('attachMs'), detachMs: time('detachMs'), latencyMs: time('latencyMs') };
}
