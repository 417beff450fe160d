import { type Entry, entriesOf } from '../history/entries.ts';
import type { Observed, ObservedKind } from '../history/observed.ts';
import type { Checker } from './checker.ts';

/** Things of which only one object at a time may have a given one. */
interface Holding {
  what: string;
  kind: ObservedKind;
  /** What the object holds in this state. */
  held(object: Observed): readonly (string | number | undefined)[];
}

const HOLDINGS: readonly Holding[] = [
  {
    what: 'Pod IP',
    kind: 'Pod',
    held: (pod) => (pod.kind === 'Pod' && pod.phase !== 'Succeeded' && pod.phase !== 'Failed' ? [pod.ip] : []),
  },
  { what: 'cluster IP', kind: 'Service', held: (service) => (service.kind === 'Service' ? [service.clusterIP] : []) },
  { what: 'node port', kind: 'Service', held: (service) => (service.kind === 'Service' ? service.nodePorts : []) },
  { what: 'range of Pod IPs', kind: 'Node', held: (node) => (node.kind === 'Node' ? [node.podCidr] : []) },
  // Of claims, who has the volume; of volumes, who has the claim.
  { what: 'volume', kind: 'PersistentVolumeClaim', held: (claim) => (claim.kind === 'PersistentVolumeClaim' ? [claim.volume] : []) },
  {
    what: 'claim',
    kind: 'PersistentVolume',
    held: (volume) => (volume.kind === 'PersistentVolume' && volume.phase === 'Bound' ? [volume.claim] : []),
  },
  {
    what: 'disk',
    kind: 'VolumeAttachment',
    held: (attachment) => (attachment.kind === 'VolumeAttachment' && attachment.attached ? [attachment.volume] : []),
  },
];

/** At no moment do two have the same: by what watches told, in its order. */
export const heldOnce: Checker = {
  name: 'Pod IPs, node ports, cluster IPs and volumes held once',
  check(history) {
    const results = HOLDINGS.map((holding) => checkOne(holding, history));
    return {
      wrong: results.flatMap(({ wrong }) => wrong),
      looked: results.map(({ seen }, i) => `${seen} × ${HOLDINGS[i]?.what}`).join(', '),
    };
  },
};

function checkOne({ what, kind, held }: Holding, history: readonly Entry[]): { wrong: string[]; seen: number } {
  const holders = new Map<string | number, Observed>();
  const holdsNow = new Map<string, (string | number)[]>();
  const wrong: string[] = [];
  const seen = new Set<string | number>();

  const release = (uid: string): void => {
    for (const thing of holdsNow.get(uid) ?? []) if (holders.get(thing)?.uid === uid) holders.delete(thing);
    holdsNow.delete(uid);
  };
  const take = (object: Observed): void => {
    release(object.uid);
    const things = held(object).filter((thing) => thing !== undefined);
    for (const thing of things) {
      seen.add(thing);
      const other = holders.get(thing);
      if (other !== undefined)
        wrong.push(`${what} ${thing}: ${inWords(other)} has it, and so has ${inWords(object)} at revision ${object.revision}`);
      holders.set(thing, object);
    }
    holdsNow.set(object.uid, things);
  };

  for (const entry of history) {
    if (entry.what === 'watch-listed' && entry.kind === kind) {
      for (const uid of [...holdsNow.keys()]) release(uid);
      for (const object of entry.objects) take(object);
    } else if (entry.what === 'watch-event' && entry.object.kind === kind) {
      if (entry.type === 'DELETED') release(entry.object.uid);
      else take(entry.object);
    }
  }
  for (const { objects } of entriesOf(history, 'state')) {
    for (const uid of [...holdsNow.keys()]) release(uid);
    for (const object of objects) if (object.kind === kind) take(object);
  }
  return { wrong, seen: seen.size };
}

const inWords = ({ kind, name, uid }: Observed): string => `${kind} ${name} (${uid})`;
