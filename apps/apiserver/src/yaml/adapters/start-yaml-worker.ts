import { parentPort, workerData } from 'node:worker_threads';
import { parseYaml } from '@kubernats/api/parse-yaml';

/** What a thread does that was started for one text: it answers with what the text says, and ends. */
export function startYamlWorker(): void {
  parentPort?.postMessage(parseYaml(String(workerData)));
}
