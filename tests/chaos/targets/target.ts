import type { HttpsTransport } from '@kubernats/client';
import type { Component, Fault } from '../faults.ts';
import type { Inventory } from '../history/inventory.ts';

/** A running cluster that faults are done to. */
export interface Target {
  readonly components: readonly Component[];
  /** The API as people reach it. */
  readonly transport: HttpsTransport;
  /** Addresses of its nodes, by name: where node ports are. */
  readonly nodes: ReadonlyMap<string, string>;
  /** The component whose trouble excuses that a call fails: of one to the port of this node, or of one to a cluster IP. */
  carrierTo(node: string | undefined): string;
  /** GET / on a connection of its own, from inside of the cluster; gives the body. Rejects with what went wrong. */
  get(host: string, port: number, timeoutMs: number): Promise<string>;
  /** An IPv4 address from the cluster's DNS. */
  resolve(name: string): Promise<string>;
  /** Resolves when it is done. Rejects when it cannot be done now. */
  begin(fault: Fault): Promise<void>;
  /** Undoes it, and resolves when its component says that it works. Rejects when it cannot be undone yet. */
  heal(fault: Fault): Promise<void>;
  /** What its processes have open and keep on disk. */
  inventory(): Promise<Inventory>;
  /** Ends the cluster; gives what is there of it nevertheless: processes, sockets. */
  end(): Promise<string[]>;
}
