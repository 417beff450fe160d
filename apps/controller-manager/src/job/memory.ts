import type { Job, Pod } from '@kubernats/api';
import type { Informer } from '@kubernats/client';
import { OwnDeletions } from '../own-deletions.ts';
import { OwnWrites } from '../own-writes.ts';
import { isTerminating } from '../pods/pod.ts';

/** What this loop did and its informers do not show yet, by the Job's key. */
export class JobMemory {
  readonly #pods: OwnWrites;
  readonly #jobs: OwnWrites;
  readonly #deleted: OwnDeletions<Pod>;

  constructor(jobs: Informer<Job>, pods: Informer<Pod>) {
    this.#jobs = new OwnWrites(jobs);
    this.#pods = new OwnWrites(pods);
    this.#deleted = new OwnDeletions(pods);
  }

  wrotePod(key: string, pod: Pod): void {
    this.#pods.wrote(key, pod);
  }

  wroteJob(key: string, job: Job): void {
    this.#jobs.wrote(key, job);
  }

  /** The deletion of the Pod was answered. */
  deletedPod(pod: Pod): void {
    this.#deleted.deleted(pod);
  }

  /** Whether the informers show all of it. `pods` are the Job's. */
  seen(key: string, pods: readonly Pod[]): boolean {
    const written = this.#pods.seen(key);
    return this.#jobs.seen(key) && written && !pods.some((pod) => !isTerminating(pod) && this.#deleted.has(pod));
  }
}
