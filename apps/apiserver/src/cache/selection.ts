import type { Stored } from './stored.ts';

/** Which objects of a resource a list or a watch is about. */
export interface Selection {
  /** Two selections with the same key select the same objects. */
  readonly key: string;
  readonly namespace: string | undefined;
  /** The one name that a field selector asks for. */
  readonly name: string | undefined;
  /** The one value of the resource's indexed field that a field selector asks for. */
  readonly indexed: string | undefined;
  /** No label or field selector: everything in the namespace, or everywhere. */
  readonly everything: boolean;
  matches(stored: Stored): boolean;
  /** What `matches` can only tell of objects that a webhook has converted is left out of it: the namespace and the name. */
  readonly coarse?: Selection;
}
