export { connectNats, type NatsBusOptions } from './adapters/connect-nats.ts';
export type { MemoryBusOptions, MemoryParticipant } from './adapters/memory-server.ts';
export { MemoryBusServer } from './adapters/memory-server.ts';
export { connectToNats, type NatsConnectOptions } from './adapters/nats-connection.ts';
export { authorityOfServer, type NoAuthority } from './adapters/server-authority.ts';
export { createNatsAuthority, type NatsAuthority, type NatsSigner, signerOf, signUser, userCreds } from './nats/authority.ts';
export { credsAreOf, credsPermit } from './nats/creds.ts';
export { authorityHash, BOOTSTRAP_TOKEN, formatJoinToken, type JoinToken, joinTokenFacts, parseJoinToken } from './nats/join-token.ts';
export { durabilityRefusal, MAX_PAYLOAD_BYTES, type NatsServerConfig, natsServerConfig } from './nats/server-config.ts';
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
