import { BackendError } from '../port.ts';

/** What clouds say of a type of disk. Times are in milliseconds, as one finds them in everyday use. */
export interface DiskType {
  readonly minBytes: number;
  readonly maxBytes: number;
  /** Of one read or write. */
  readonly latencyMs: number;
  readonly createMs: number;
  readonly attachMs: number;
  readonly detachMs: number;
}

const GIB = 1024 ** 3;
const TIB = 1024 * GIB;

const AMAZON = { createMs: 2000, attachMs: 3000, detachMs: 4000 };
const GOOGLE = { createMs: 2000, attachMs: 5000, detachMs: 4000 };
const AZURE = { createMs: 3000, attachMs: 10_000, detachMs: 10_000 };

const sized = (minGib: number, maxBytes: number, latencyMs: number) => ({ minBytes: minGib * GIB, maxBytes, latencyMs });

/**
 * The types of disks that classes name. Sources: Amazon EBS, "Amazon EBS volume types"; Google Cloud, "Choose a disk type" (Persistent Disk, Hyperdisk);
 * Azure, "Select a disk type".
 */
const TYPES = new Map<string, DiskType>([
  ['gp2', { ...sized(1, 16 * TIB, 1), ...AMAZON }],
  ['gp3', { ...sized(1, 64 * TIB, 1), ...AMAZON }],
  ['io1', { ...sized(4, 16 * TIB, 1), ...AMAZON }],
  ['io2', { ...sized(4, 64 * TIB, 0.5), ...AMAZON }],
  ['st1', { ...sized(125, 16 * TIB, 10), ...AMAZON }],
  ['sc1', { ...sized(125, 16 * TIB, 15), ...AMAZON }],
  ['standard', { ...sized(1, TIB, 20), ...AMAZON }],
  ['pd-standard', { ...sized(10, 64 * TIB, 10), ...GOOGLE }],
  ['pd-balanced', { ...sized(10, 64 * TIB, 1), ...GOOGLE }],
  ['pd-ssd', { ...sized(10, 64 * TIB, 1), ...GOOGLE }],
  ['pd-extreme', { ...sized(500, 64 * TIB, 0.5), ...GOOGLE }],
  ['hyperdisk-balanced', { ...sized(4, 64 * TIB, 0.5), ...GOOGLE }],
  ['hyperdisk-throughput', { ...sized(2048, 32 * TIB, 10), ...GOOGLE }],
  ['hyperdisk-extreme', { ...sized(64, 64 * TIB, 0.5), ...GOOGLE }],
  ['standard_lrs', { ...sized(1, 32 * TIB, 10), ...AZURE }],
  ['standardssd_lrs', { ...sized(1, 32 * TIB, 5), ...AZURE }],
  ['standardssd_zrs', { ...sized(1, 32 * TIB, 5), ...AZURE }],
  ['premium_lrs', { ...sized(1, 32 * TIB, 2), ...AZURE }],
  ['premium_zrs', { ...sized(1, 32 * TIB, 2), ...AZURE }],
  ['premiumv2_lrs', { ...sized(1, 64 * TIB, 1), ...AZURE }],
  ['ultrassd_lrs', { ...sized(4, 64 * TIB, 0.5), ...AZURE }],
]);

/** Undefined: one that is a cloud's own affair. */
export const diskType = (name: string): DiskType | undefined => TYPES.get(name.toLowerCase());

export const DISK_TYPES: readonly string[] = [...TYPES.keys()];

/** What a disk of the type really holds, when so much is asked for: whole GiB, and no less than the smallest. Throws `BackendError`. */
export function sizeOf(name: string, { minBytes, maxBytes }: DiskType, bytes: number): number {
  const size = Math.max(minBytes, Math.ceil(bytes / GIB) * GIB);
  if (size > maxBytes) throw new BackendError(`disks of type "${name}" hold at most ${maxBytes / GIB}Gi, not ${Math.ceil(bytes / GIB)}Gi`);
  return size;
}
