export { ask } from './client/ask.ts';
export { type ExchangeParts, exchangeTcp, exchangeUdp } from './client/exchange.ts';
export { queryIds } from './client/query-id.ts';
export { encodeQuestion, type Heard, NameError, readAnswer } from './message/client-messages.ts';
export { encodeReply } from './message/encode-reply.ts';
export {
  canonicalName,
  type DnsRecord,
  emptyReply,
  type Query,
  type Question,
  RCODES,
  type Rcode,
  type Reply,
} from './message/message.ts';
export { readQuery } from './message/read-query.ts';
export { candidates, parseResolvConf, type ResolvConf } from './resolver/resolv-conf.ts';
export { addressesOf, type Lookup, type ResolverParts, recordsOf, resolve } from './resolver/resolver.ts';
export { addressOfReverseName, reverseName } from './reverse-name.ts';
export { type Answered, type AnswerQuery, type DnsServerParts, serveDns } from './server/serve-dns.ts';
