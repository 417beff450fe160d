import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Log } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { makeDiskFiles } from '@kubernats/files';
import { type AuditLog, Auditor } from '../auditor.ts';
import { LogFile } from '../log-file.ts';
import { readAuditPolicy } from '../policy.ts';

/** What the options say of the audit log. */
export interface AuditOptions {
  auditPolicyFile?: string;
  /** A file, or `-` for the standard output. */
  auditLogPath?: string;
  /** Megabytes; 0: 100. */
  auditLogMaxsize: number;
  auditLogMaxbackup: number;
  /** Days. */
  auditLogMaxage: number;
}

const MEGABYTE = 1024 * 1024;
const DAY_MS = 24 * 3_600_000;
const DEFAULT_MEGABYTES = 100;

/** Opens the audit log that the options ask for; undefined where there is none. Throws `FileError` for a policy that cannot be followed. */
export async function openAudit(
  config: AuditOptions,
  { clock, log }: { clock: Clock; log: Log },
): Promise<({ auditor: Auditor } & AsyncDisposable) | undefined> {
  const { auditPolicyFile, auditLogPath, auditLogMaxsize, auditLogMaxbackup, auditLogMaxage } = config;
  // As in Kubernetes, a log without a policy has nothing to write, and a policy without a log nowhere to write it.
  if (auditPolicyFile === undefined || auditLogPath === undefined) return undefined;
  const policy = await readAuditPolicy(await readFile(auditPolicyFile, 'utf8'), auditPolicyFile);
  if (auditLogPath === '-') return { auditor: new Auditor(clock, policy, standardOutput), [Symbol.asyncDispose]: async () => {} };
  const file = new LogFile({ files: makeDiskFiles(dirname(auditLogPath)), clock, log }, basename(auditLogPath), {
    maxSizeBytes: (auditLogMaxsize || DEFAULT_MEGABYTES) * MEGABYTE,
    maxBackups: auditLogMaxbackup,
    maxAgeMs: auditLogMaxage * DAY_MS,
  });
  return { auditor: new Auditor(clock, policy, file), [Symbol.asyncDispose]: () => file[Symbol.asyncDispose]() };
}

const standardOutput: AuditLog = { write: (line) => void process.stdout.write(`${line}\n`) };
