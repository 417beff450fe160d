import type { FileStat, Space, Step } from './port.ts';

/** A place in a back end: names from its top, links already followed. */
export type Place = readonly string[];

/** What an adapter brings: plain operations on places that were resolved for it. None of them follows a link. Errors are `FilesError`s. */
export interface Backend {
  lookup(place: Place): Step | undefined;
  read(place: Place): Promise<Uint8Array>;
  readRange(place: Place, offset: number, length: number): Promise<Uint8Array>;
  write(place: Place, data: Uint8Array, mode: number | undefined): Promise<void>;
  append(place: Place, data: Uint8Array): Promise<void>;
  replace(place: Place, data: Uint8Array): Promise<void>;
  stat(place: Place): Promise<FileStat | undefined>;
  list(place: Place): Promise<string[]>;
  mkdir(place: Place, mode: number | undefined): Promise<void>;
  rename(from: Place, to: Place): Promise<void>;
  symlink(target: string, place: Place): Promise<void>;
  chmod(place: Place, mode: number): Promise<void>;
  setModified(place: Place, modifiedMs: number): Promise<void>;
  remove(place: Place): Promise<void>;
  /** Counted in the turn of the call: what is moved meanwhile could be missed, or counted twice. */
  usage(place: Place): Promise<number>;
  /** Where parts of it have quotas of their own. */
  space?(place: Place): Promise<Space | undefined>;
  hostPath(place: Place): string | undefined;
}
