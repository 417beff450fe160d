import type { TCPSocketAction } from '@kubernats/api';
import { containerPort } from './container-port.ts';
import { Deadline } from './deadline.ts';
import { DialError } from './dial.ts';
import { type Finding, failure, type Limits, success, type Target } from './handler.ts';

/** A probe that opens a connection and closes it again. */
export async function probeTcp({ host, port }: TCPSocketAction, target: Target, { timeoutMs, signal }: Limits): Promise<Finding> {
  let number: number;
  try {
    number = containerPort(port, target.container);
  } catch (error) {
    return { result: 'unknown', error: error instanceof Error ? error.message : String(error) };
  }
  using deadline = new Deadline(target.clock, timeoutMs, signal);
  try {
    const connection = await target.dial(host || target.podIp, number, deadline.signal);
    connection.destroy();
    return success();
  } catch (error) {
    if (error instanceof DialError) return failure(error.message);
    throw error;
  }
}
