import { type AddressPlan, addressPlan, cidrAddress, loopbackNetwork, NetworkError, SLOT_COUNT } from '@kubernats/net';

/** A port of the slot's last node address that nothing else uses: whoever listens there holds the slot. */
const LOCK_PORT = 7411;
const LAST_NODE = 65_534;

/**
 * A slot of 127.0.0.0/8 for a test's cluster, from the highest down: clusters of the command line take the lowest. It is free again
 * when the lock is disposed of, and when the process dies.
 */
export async function claimLoopbackSlot(): Promise<{ plan: AddressPlan; lock: AsyncDisposable }> {
  const network = loopbackNetwork();
  for (let slot = SLOT_COUNT - 1; slot >= 0; slot--) {
    const plan = addressPlan('loopback', slot);
    try {
      const lock = await network.listen({ host: cidrAddress(plan.nodeCidr, LAST_NODE), port: LOCK_PORT }, (connection) =>
        connection.destroy(),
      );
      return { plan, lock };
    } catch (error) {
      if (!(error instanceof NetworkError) || error.code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(`all ${SLOT_COUNT} slots of 127.0.0.0/8 are in use by other tests`);
}
