import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from './client.ts';
import { type DebianPrograms, running } from './debian.ts';

const DEFAULTS = (mode: string) => `
global
  nbthread 1
  maxconn 5000
defaults
  mode ${mode}
  timeout connect 5s
  timeout client 60s
  timeout server 60s
`;

/** haproxy in TCP mode with one thread, as it is without tuning: each port of `host` leads to the same port of `backend`. */
export function haproxyRelay(programs: DebianPrograms, folder: string, host: string, backend: string, ports: readonly number[]) {
  const proxies = ports.map((port) => `listen port-${port}\n  bind ${host}:${port}\n  server backend ${backend}:${port}\n`);
  return haproxy(programs, join(folder, 'relay.cfg'), DEFAULTS('tcp') + proxies.join(''));
}

/** A web server whose answer is always the same: the quickest that is at hand. */
export function webServer(programs: DebianPrograms, folder: string, { host, port }: Target) {
  const answer = `frontend web\n  bind ${host}:${port}\n  http-request return status 200 content-type text/plain string "hello"\n`;
  return haproxy(programs, join(folder, 'web.cfg'), DEFAULTS('http') + answer);
}

function haproxy({ haproxy, env }: DebianPrograms, file: string, text: string) {
  writeFileSync(file, text);
  return running(haproxy, ['-q', '-db', '-f', file], env);
}
