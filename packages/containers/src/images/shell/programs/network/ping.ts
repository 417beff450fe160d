import { NetworkError } from '@kubernats/net';
import { Complaint } from '../../process/errors.ts';
import type { Program } from '../../process/invocation.ts';
import { flagsOf } from '../flags.ts';

/** There is no ICMP here: the name is looked up, and that is said. A script that waits for a name to appear gets its answer. */
export const ping: Program = async (run) => {
  const { values, words } = flagsOf(run.args, 'cWiws');
  const [name] = words;
  if (name === undefined) throw new Complaint('usage: ping [-c COUNT] HOST');
  let address: string;
  try {
    address = await run.process.wait(run.system.network.lookup(name));
  } catch (error) {
    if (error instanceof NetworkError) throw new Complaint(`bad address '${name}'`);
    throw error;
  }
  await run.out(`PING ${name} (${address}): 56 data bytes\n`);
  await run.err(
    'ping: ICMP is not simulated by kubernats: the name was found, whether anybody answers is not known. Try: nc -zv HOST PORT\n',
  );
  const count = Number(values.get('c') ?? 1);
  await run.out(`\n--- ${name} ping statistics ---\n${count} packets transmitted, 0 packets received, 100% packet loss\n`);
  return 1;
};
