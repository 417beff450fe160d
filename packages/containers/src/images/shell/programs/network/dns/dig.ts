import { ask, candidates, type DnsRecord, type Heard, NameError } from '@kubernats/dns';
import { type Address, NetworkError } from '@kubernats/net';
import type { Invocation, Program } from '../../../process/invocation.ts';
import { resolvConfOf, resolverParts, serverAddress } from './asking.ts';
import { type DigRequest, digRequest } from './dig-options.ts';
import { dataText, dotted } from './record-text.ts';

interface Told {
  name: string;
  heard: Heard;
  server: Address;
  tookMs: number;
}

/** `dig [@SERVER] [-p PORT] [-x ADDRESS] [-t TYPE] NAME [TYPE] [+short …]`. */
export const dig: Program = async (run) => {
  const request = digRequest(run.args);
  const told = await tell(run, request);
  if (typeof told === 'string') {
    await run.out(told);
    return told.startsWith(';; ') ? 9 : 10;
  }
  await run.out(request.short ? shortText(told.heard) : fullText(run, request, told));
  return 0;
};

/** The first answer; a text when there is none. */
async function tell(run: Invocation, request: DigRequest): Promise<Told | string> {
  const conf = await resolvConfOf(run);
  const servers = request.server === undefined ? conf.nameservers : [await serverAddress(run, request.server)];
  const names = request.search ? candidates(request.name, conf) : [request.name.replace(/(.)\.$/, '$1')];
  let told: Told | string = ';; no servers could be reached\n';
  for (const name of names) {
    told = await tellOf(run, request, name, servers);
    if (typeof told === 'string' || told.heard.rcode !== 'NXDOMAIN') return told;
  }
  return told;
}

async function tellOf(run: Invocation, request: DigRequest, name: string, servers: readonly string[]): Promise<Told | string> {
  const { clock, queryId, signal, reach } = resolverParts(run, request.port);
  let complaints = '';
  for (let attempt = 0; attempt < request.tries; attempt++) {
    for (const host of servers) {
      const reached = reach(host);
      const { server } = reached;
      const since = clock.monotonic();
      try {
        const { timeoutMs, tcp } = request;
        const parts = { ...reached, clock, signal, timeoutMs, id: queryId(), tcp };
        const heard = await run.process.wait(ask(server, name, request.type, parts));
        return { name, heard, server, tookMs: clock.monotonic() - since };
      } catch (error) {
        if (error instanceof NameError)
          return `dig: '${name}' is not a legal IDNA2008 name (string contains a disallowed character), use +noidnin\n`;
        if (!(error instanceof NetworkError)) throw error;
        const why = error.code === 'ECONNREFUSED' ? 'connection refused' : 'timed out';
        complaints += `;; communications error to ${server.host}#${server.port}: ${why}\n`;
      }
    }
  }
  return `${complaints};; no servers could be reached\n`;
}

const shortText = ({ answers }: Heard): string => answers.map((record) => `${dataText(record)}\n`).join('');

function fullText(run: Invocation, { shows, type, tcp }: DigRequest, { name, heard, server, tookMs }: Told): string {
  const sections: string[] = [];
  if (shows.has('cmd')) sections.push(`\n; <<>> DiG 9.18 (simulated) <<>> ${run.args.join(' ')}\n;; global options: +cmd\n`);
  const comments = shows.has('comments');
  if (comments) sections.push(`${shows.has('cmd') ? '' : '\n'}${headerText(heard)}`);
  if (shows.has('question')) sections.push(`${comments ? ';; QUESTION SECTION:\n' : ''};${columns([dotted(name)], ['IN', type])}\n\n`);
  const section = (title: string, records: readonly DnsRecord[]): void => {
    if (records.length > 0)
      sections.push(`${comments ? `;; ${title} SECTION:\n` : ''}${records.map(recordLine).join('')}${comments ? '\n' : ''}`);
  };
  if (shows.has('answer')) section('ANSWER', heard.answers);
  if (shows.has('authority')) section('AUTHORITY', heard.authorities);
  if (shows.has('additional')) section('ADDITIONAL', heard.additionals);
  if (shows.has('stats')) {
    const when = new Date(run.system.clock.now()).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/, '$1 $3 $2 $5 UTC $4');
    const where = `${server.host}#${server.port}(${server.host}) (${tcp || heard.bytes > 1232 ? 'TCP' : 'UDP'})`;
    sections.push(
      `;; Query time: ${Math.floor(tookMs)} msec\n;; SERVER: ${where}\n;; WHEN: ${when}\n;; MSG SIZE  rcvd: ${heard.bytes}\n\n`,
    );
  }
  return sections.join('');
}

function headerText(heard: Heard): string {
  const { authoritative, truncated, recursionDesired, recursionAvailable } = heard.flags;
  const flags = ['qr', authoritative && 'aa', truncated && 'tc', recursionDesired && 'rd', recursionAvailable && 'ra'].filter(Boolean);
  const { answers, authorities, additionals, ednsUdpBytes } = heard;
  const counts = `QUERY: 1, ANSWER: ${answers.length}, AUTHORITY: ${authorities.length}, ADDITIONAL: ${additionals.length + (ednsUdpBytes === undefined ? 0 : 1)}`;
  const warning = recursionAvailable ? '' : ';; WARNING: recursion requested but not available\n';
  const edns = ednsUdpBytes === undefined ? '' : `;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: ${ednsUdpBytes}\n`;
  return `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${heard.rcode}, id: ${heard.id}\n;; flags: ${flags.join(' ')}; ${counts}\n${warning}\n${edns}`;
}

const recordLine = (record: DnsRecord): string =>
  `${columns([dotted(record.name), String(record.ttl ?? 0)], [String(record.class ?? 'IN'), record.type])}\t${dataText(record)}\n`;

const TAB = 8;
/** Where the second column begins, and each further one. */
const COLUMNS = [24, 32, 40];

/** Words under each other, as `dig` sets them: by tabs, or one space where a word is too long. */
function columns(front: readonly string[], back: readonly [string, string]): string {
  const starts = front.length === 1 ? COLUMNS.slice(1) : COLUMNS;
  let text = '';
  let at = 0;
  [...front, ...back].forEach((word, i) => {
    const start = starts[i - 1];
    if (start !== undefined && at >= start) {
      text += ' ';
      at += 1;
    }
    while (start !== undefined && at < start) {
      text += '\t';
      at += TAB - (at % TAB);
    }
    text += word;
    at += word.length;
  });
  return text;
}
