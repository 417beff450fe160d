import { reverseName } from '@kubernats/dns';
import { isIp } from '@kubernats/net';
import { Complaint } from '../../../process/errors.ts';

export interface DigRequest {
  name: string;
  type: string;
  server: string | undefined;
  port: number | undefined;
  short: boolean;
  tcp: boolean;
  search: boolean;
  timeoutMs: number;
  tries: number;
  /** The parts of an answer that are shown. */
  shows: ReadonlySet<Part>;
}

const PARTS = ['cmd', 'comments', 'question', 'answer', 'authority', 'additional', 'stats'] as const;
export type Part = (typeof PARTS)[number];

const TYPES = /^(A|AAAA|ANY|AXFR|CAA|CNAME|HTTPS|MX|NAPTR|NS|PTR|SOA|SRV|SVCB|TXT)$/i;
/** What other questions have, and a simulation does without. */
const WITHOUT_EFFECT =
  /^(no)?(recurse|rec|edns|cookie|dnssec|adflag|ad|cdflag|cd|crypto|multiline|qr|ttlid|ttl|class|cl|identify|idnin|idnout|idn)$/;

const partNamed = (name: string): Part | undefined => PARTS.find((part) => part === name);

/** The command line of `dig`. Throws a `Complaint` for what it does not know. */
export function digRequest(args: readonly string[]): DigRequest {
  const request = { short: false, tcp: false, search: false, timeoutMs: 5000, tries: 3 };
  const shows = new Set<Part>(PARTS);
  const words: string[] = [];
  let [server, port, type, name]: [string?, number?, string?, string?] = [];
  const rest = [...args];
  const value = (arg: string): string => (arg.length > 2 ? arg.slice(2) : (rest.shift() ?? ''));
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg.startsWith('@')) server = arg.slice(1);
    else if (arg.startsWith('+')) applyOption(arg.slice(1), request, shows);
    else if (arg.startsWith('-x')) {
      const address = value(arg);
      if (!isIp(address)) throw new Complaint(`Invalid IP address ${address}`);
      name = reverseName(address);
      type ??= 'PTR';
    } else if (arg.startsWith('-p')) port = Number(value(arg));
    else if (arg.startsWith('-t')) type = value(arg).toUpperCase();
    else if (arg.startsWith('-q')) name = value(arg);
    else if (arg !== '-4' && arg.startsWith('-')) throw new Complaint(`Invalid option: ${arg}`);
    else if (arg !== '-4') words.push(arg);
  }
  for (const word of words) {
    if (TYPES.test(word)) type = word.toUpperCase();
    else if (/^IN$/i.test(word)) continue;
    else if (name === undefined) name = word;
  }
  if (port !== undefined && !(port >= 1 && port <= 65_535)) throw new Complaint("Couldn't parse port number");
  return { name: name ?? '.', type: type ?? (name === undefined ? 'NS' : 'A'), server, port, ...request, shows };
}

function applyOption(
  option: string,
  request: Pick<DigRequest, 'short' | 'tcp' | 'search' | 'timeoutMs' | 'tries'>,
  shows: Set<Part>,
): void {
  const [, no, name = '', value = ''] = /^(no)?(\w+)(?:=(\d+))?$/.exec(option) ?? [];
  const on = no === undefined;
  const part = partNamed(name);
  if (part && on) shows.add(part);
  else if (part) shows.delete(part);
  else if (name === 'all') for (const each of PARTS) on ? shows.add(each) : shows.delete(each);
  else if (name === 'short') request.short = on;
  else if (name === 'tcp' || name === 'vc') request.tcp = on;
  else if (name === 'search') request.search = on;
  else if ((name === 'time' || name === 'timeout') && value !== '') request.timeoutMs = Math.max(1, Number(value)) * 1000;
  else if (name === 'tries' && value !== '') request.tries = Math.max(1, Number(value));
  else if (name === 'retry' && value !== '') request.tries = Number(value) + 1;
  else if (!WITHOUT_EFFECT.test(option)) throw new Complaint(`Invalid option: +${option}`);
}
