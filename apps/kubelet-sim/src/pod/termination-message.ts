// What a container says as its last word. Source: Kubernetes, "Determine the Reason for Pod Failure".
import type { Container } from '@kubernats/api';
import type { Clock } from '@kubernats/clock';
import type { ContainerExit, Mount } from '@kubernats/containers';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { readLog } from '../logs/read-log.ts';

const DEFAULT_PATH = '/dev/termination-log';
const MESSAGE_MAX_BYTES = 4096;
const LOG_MAX_BYTES = 2048;
const LOG_MAX_LINES = 80;

/** The empty file of one run of a container, in memory. */
export async function makeTerminationLog(clock: Clock): Promise<Files> {
  const folder = createMemoryFiles(clock);
  await folder.write('/log', new Uint8Array(), { mode: 0o666 });
  return folder.scope('/log');
}

/** Its mount into the container; none where the container mounts something there itself. */
export function terminationMount(file: Files, { terminationMessagePath, volumeMounts = [] }: Container): Mount[] {
  const path = terminationMessagePath ?? DEFAULT_PATH;
  return path === '' || volumeMounts.some(({ mountPath }) => mountPath === path) ? [] : [{ path, files: file, readOnly: false }];
}

/** The message of a run that has ended; its log, on the node's `disk`, must be closed. */
export async function terminationMessage(
  file: Files,
  { terminationMessagePolicy }: Container,
  exit: ContainerExit,
  disk: Files,
  logPath: string,
): Promise<string | undefined> {
  const written = await lastBytes(file);
  const fromLog = written === '' && terminationMessagePolicy === 'FallbackToLogsOnError' && exit.exitCode !== 0;
  const text = fromLog ? await lastLines(disk, logPath) : written;
  return [exit.message, text].filter(Boolean).join(': ') || undefined;
}

async function lastBytes(file: Files): Promise<string> {
  const sizeBytes = (await file.stat('/'))?.sizeBytes ?? 0;
  if (sizeBytes === 0) return '';
  return Buffer.from(await file.readRange('/', Math.max(0, sizeBytes - MESSAGE_MAX_BYTES), MESSAGE_MAX_BYTES)).toString('utf8');
}

async function lastLines(files: Files, path: string): Promise<string> {
  const query = { follow: false, timestamps: false, tailLines: LOG_MAX_LINES };
  const chunks: Uint8Array[] = [];
  for await (const chunk of readLog(files, path, undefined, query, new AbortController().signal)) chunks.push(chunk);
  return Buffer.concat(chunks).subarray(-LOG_MAX_BYTES).toString('utf8');
}
