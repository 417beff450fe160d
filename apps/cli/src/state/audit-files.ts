import { resolve } from 'node:path';
import { readAuditPolicy } from '@kubernats/apiserver/audit-policy';
import { FileError } from '@kubernats/runtime/user-files';
import type { UpOptions } from '../commands/up.ts';
import { Failure } from '../failure.ts';
import { readUserFile } from '../nodes/user-file.ts';
import type { ClusterPaths } from './paths.ts';
import type { Settings } from './settings.ts';

/**
 * The audit policy that the flags name and the file that is written by it, or those of the last time; `--audit-policy-file ''` forgets both. A policy that
 * cannot be followed is refused here, before anything starts.
 */
export async function auditFiles(
  { auditPolicyFile, auditLogPath }: Pick<UpOptions, 'auditPolicyFile' | 'auditLogPath'>,
  before: Settings['audit'],
  paths: ClusterPaths,
): Promise<Settings['audit']> {
  if (auditPolicyFile === '') return undefined;
  const policyFile = auditPolicyFile === undefined ? before?.policyFile : resolve(auditPolicyFile);
  if (policyFile === undefined) {
    if (auditLogPath === undefined) return undefined;
    throw new Failure('--audit-log-path: nothing is written without --audit-policy-file', 2);
  }
  await checkPolicy(policyFile);
  const logPath = auditLogPath === undefined ? before?.logPath : auditLogPath === '-' ? '-' : resolve(auditLogPath);
  return { policyFile, logPath: logPath ?? paths.log('audit') };
}

async function checkPolicy(file: string): Promise<void> {
  try {
    await readAuditPolicy(readUserFile(file), file);
  } catch (error) {
    throw error instanceof FileError ? new Failure(error.message, 2) : error;
  }
}
