import type { Pod } from '@kubernats/api';
import type { Clock } from '@kubernats/clock';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { VirtualNetwork } from '@kubernats/net';
import { FakeApi } from './fake-api.ts';

/** What kubelets under test live in: a small API, a network and the nodes' disks, in memory. */
export class ApiFixture<C extends Clock = Clock> {
  readonly clock: C;
  readonly api: FakeApi;
  readonly network = new VirtualNetwork();
  readonly disks = new Map<string, Files>();

  constructor(clock: C) {
    this.clock = clock;
    this.api = new FakeApi(clock);
  }

  disk(node: string): Files {
    let files = this.disks.get(node);
    if (!files) {
      files = createMemoryFiles(this.clock);
      this.disks.set(node, files);
    }
    return files;
  }

  pod(name: string): Pod | undefined {
    return this.api.get<Pod>('pods', name, 'default');
  }

  async until<T>(look: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) return found;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
