// What a container says as its last word. Source: Kubernetes, "Determine the Reason for Pod Failure".
import type { Container, Pod } from '@kubernats/api';
import type { ContainerExit, Mount } from '@kubernats/containers';
import type { Files } from '@kubernats/files';
import { readLog } from '../logs/read-log.ts';
import { podFolder } from '../volumes/pod-volumes.ts';

const DEFAULT_PATH = '/dev/termination-log';
const MESSAGE_MAX_BYTES = 4096;
const LOG_MAX_BYTES = 2048;
const LOG_MAX_LINES = 80;

/** The file on the node for one run of a container. */
const fileOf = (pod: Pod, container: Container, restartCount: number): string =>
  `${podFolder(pod.metadata?.uid ?? '')}/containers/${container.name}/${restartCount}`;

/** Makes the empty file for a run, and its mount into the container; the one of the run before has been read. */
export async function terminationLog(files: Files, pod: Pod, container: Container, restartCount: number): Promise<Mount[]> {
  const path = container.terminationMessagePath ?? DEFAULT_PATH;
  if (path === '' || container.volumeMounts?.some(({ mountPath }) => mountPath === path)) return [];
  const file = fileOf(pod, container, restartCount);
  await files.mkdir(file.slice(0, file.lastIndexOf('/')), { recursive: true });
  await files.write(file, new Uint8Array(), { mode: 0o666 });
  if (restartCount > 0) await files.remove(fileOf(pod, container, restartCount - 1));
  return [{ path, files: files.scope(file), readOnly: false }];
}

/** The message of a run that has ended; its log must be closed. */
export async function terminationMessage(
  files: Files,
  pod: Pod,
  container: Container,
  restartCount: number,
  logPath: string,
  exit: ContainerExit,
): Promise<string | undefined> {
  const written = await lastBytes(files, fileOf(pod, container, restartCount));
  const fromLog = written === '' && container.terminationMessagePolicy === 'FallbackToLogsOnError' && exit.exitCode !== 0;
  const text = fromLog ? await lastLines(files, logPath) : written;
  return [exit.message, text].filter(Boolean).join(': ') || undefined;
}

async function lastBytes(files: Files, path: string): Promise<string> {
  const stat = await files.stat(path);
  if (stat?.kind !== 'file' || stat.sizeBytes === 0) return '';
  const from = Math.max(0, stat.sizeBytes - MESSAGE_MAX_BYTES);
  return Buffer.from(await files.readRange(path, from, MESSAGE_MAX_BYTES)).toString('utf8');
}

async function lastLines(files: Files, path: string): Promise<string> {
  const query = { follow: false, timestamps: false, tailLines: LOG_MAX_LINES };
  const chunks: Uint8Array[] = [];
  for await (const chunk of readLog(files, path, undefined, query, new AbortController().signal)) chunks.push(chunk);
  return Buffer.concat(chunks).subarray(-LOG_MAX_BYTES).toString('utf8');
}
