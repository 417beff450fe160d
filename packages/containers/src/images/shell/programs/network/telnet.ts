import { isNameError } from '../../../../network/pod-network.ts';
import { Complaint, codeOf, textOf } from '../../process/errors.ts';
import type { Program } from '../../process/invocation.ts';
import { nc } from './nc.ts';

/** `telnet HOST [PORT]`: says what it does, and otherwise is `nc`. */
export const telnet: Program = async (run) => {
  const [host, port = '23'] = run.args.filter((arg) => !arg.startsWith('-'));
  if (host === undefined) throw new Complaint('usage: telnet HOST [PORT]');
  const { network } = run.system;
  try {
    const address = await network.lookup(host);
    await run.err(`Trying ${address}...\n`);
    const connection = await run.process.wait(network.dial({ host: address, port: Number(port) }, { signal: run.process.abortSignal }));
    connection.destroy();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    throw new Complaint(isNameError(codeOf(error)) ? `bad address '${host}'` : `can't connect to remote host (${host}): ${textOf(error)}`);
  }
  await run.err(`Connected to ${host}.\nEscape character is '^]'.\n`);
  return nc(run.with([host, port]));
};
