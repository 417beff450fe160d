import type { Address } from '@kubernats/net';
import { encodeQuestion, type Heard, readAnswer } from '../message/client-messages.ts';
import { type ExchangeParts, exchangeTcp, exchangeUdp } from './exchange.ts';

/**
 * Asks one server one question: over UDP, and once more over TCP where the answer was cut. Throws `NameError` for a name that cannot be
 * asked for, and `NetworkError` when nothing comes.
 */
export async function ask(
  server: Address,
  name: string,
  type: string,
  parts: ExchangeParts & { id: number; tcp?: boolean },
): Promise<Heard> {
  const { id } = parts;
  const message = encodeQuestion(id, name, type);
  const accepts = (bytes: Uint8Array): Heard | undefined => readAnswer(bytes, { id, name });
  if (parts.tcp) return exchangeTcp(server, message, accepts, parts);
  const heard = await exchangeUdp(server, message, accepts, parts);
  return heard.flags.truncated ? exchangeTcp(server, message, accepts, parts) : heard;
}
