export type { MemoryBusOptions, MemoryParticipant } from './adapters/memory-server.ts';
export { MemoryBusServer } from './adapters/memory-server.ts';
export type {
  AcceptStream,
  Bus,
  BusMessage,
  BusStatus,
  BusSubscription,
  ByteStream,
  RequestOptions,
  SubscribeOptions,
} from './port.ts';
export { covers } from './subject-match.ts';
export { SubjectTrie } from './subject-trie.ts';
export * from './subjects.ts';
