import type { Meter, MeterPart } from '../../resources/meter.ts';
import type { GuestLink } from './guest-link.ts';
import type { SharedState } from './protocol.ts';

interface Amounts {
  memory: number;
  millicores: number;
}

/** The meter of an image in a worker. Its parts are added up here: the host knows the sum. */
export function guestMeter(link: GuestLink, shared: SharedState): Meter {
  const parts = new Set<Amounts>();
  const tell = (): void => {
    const sum: Amounts = { memory: 0, millicores: 0 };
    for (const { memory, millicores } of parts) {
      sum.memory += memory;
      sum.millicores += millicores;
    }
    link.send({ type: 'use', ...sum });
  };
  const part = (): MeterPart => {
    const own: Amounts = { memory: 0, millicores: 0 };
    parts.add(own);
    const set = (what: keyof Amounts, amount: number): void => {
      own[what] = Number.isFinite(amount) && amount > 0 ? amount : 0;
      if (parts.has(own)) tell();
    };
    return {
      get memoryBytes() {
        return shared.memoryBytes;
      },
      setMemory: (bytes) => set('memory', bytes),
      setCpu: (millicores) => set('millicores', millicores),
      async work(cpuMs) {
        await link.ask({ what: 'work', cpuMs });
      },
      part,
      override: (what, amount) => link.send({ type: 'override', what, amount }),
      release() {
        if (parts.delete(own)) tell();
      },
    };
  };
  return part();
}
