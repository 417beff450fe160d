import { encode, type RecordType } from 'dns-packet';
import type { DnsRecord, Reply } from './message/message.ts';

export interface Wanted {
  id?: number;
  flags?: number;
  name?: string;
  type?: string;
  edns?: { version?: number; udpPayloadBytes?: number };
}

/** The bytes of a query, as any client's. */
export function queryBytes({ id = 7, flags = 0x0100, name = 'web.example', type = 'A', edns }: Wanted = {}): Buffer {
  const option = edns && {
    ...{ name: '.', type: 'OPT' as const, extendedRcode: 0, flags: 0, flag_do: false, options: [] },
    ...{ udpPayloadSize: edns.udpPayloadBytes ?? 4096, ednsVersion: edns.version ?? 0 },
  };
  const questions = [{ name, type: type as RecordType, class: 'IN' as const }];
  return encode({ type: 'query', id, flags, questions, additionals: option ? [option] : [] });
}

export const address = (name: string, data: string): DnsRecord => ({ name, type: 'A', ttl: 30, data });

export const replyWith = (...answers: DnsRecord[]): Reply => ({
  ...{ rcode: 'NOERROR', authoritative: true, answers, authorities: [], additionals: [] },
});
