import { type Node, Nodes, ownerOfNode } from '@kubernats/api';
import type { Client, Log } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { isAlreadyExists, isConflict, isNotFound } from '@kubernats/errors';
import { type Choice, chooseName, type Machine } from './choose-name.ts';
import { withOwner } from './owner.ts';

export interface NameDeps {
  client: Client;
  clock: Clock;
  log: Log;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/**
 * Takes a name for this machine by compare-and-set on Node objects, which two machines that ask at once cannot both win. `nodeNamed` makes the
 * Node that goes with a name. Waits for an API server that does not answer; rejects when the signal aborts.
 */
export async function takeName(deps: NameDeps, machine: Machine, nodeNamed: (name: string) => Node, signal: AbortSignal): Promise<string> {
  const { client, clock, log } = deps;
  for (let waitMs = FIRST_WAIT_MS; ; ) {
    try {
      const { items } = await client.kind(Nodes).list({ signal });
      const choice = chooseName(items, machine);
      await carryOut(client, choice, machine.owner, nodeNamed, signal);
      log.info({ node: choice.name, how: choice.do }, 'this machine has a name');
      return choice.name;
    } catch (error) {
      signal.throwIfAborted();
      // Somebody else was quicker: the next look shows what is left.
      if (isConflict(error) || isAlreadyExists(error) || isNotFound(error)) continue;
      log.debug({ error }, 'no name could be taken yet');
      await clock.sleep(waitMs, signal);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    }
  }
}

async function carryOut(client: Client, choice: Choice, owner: string, nodeNamed: (name: string) => Node, signal: AbortSignal) {
  if (choice.do === 'create') await client.kind(Nodes).create(withOwner(nodeNamed(choice.name), owner), { signal });
  if (choice.do === 'take') await client.kind(Nodes).update(withOwner(choice.node, owner), { signal });
}

/** Gives the name back, if it is still this machine's: whoever comes next may have it, this machine first. */
export async function giveNameBack(client: Client, name: string, owner: string): Promise<void> {
  for (;;) {
    try {
      const node = await client.kind(Nodes).get(name, undefined);
      if (ownerOfNode(node) === owner) await client.kind(Nodes).update(withOwner(node, ''));
      return;
    } catch (error) {
      if (isNotFound(error)) return;
      if (!isConflict(error)) throw error;
    }
  }
}
