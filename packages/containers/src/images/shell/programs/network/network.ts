import type { Program } from '../../process/invocation.ts';
import { curl } from './curl.ts';
import { dig } from './dns/dig.ts';
import { getent } from './dns/getent.ts';
import { host } from './dns/host.ts';
import { nslookup } from './dns/nslookup.ts';
import { httpd } from './httpd.ts';
import { ifconfig, ip, netstat, route } from './interfaces.ts';
import { nc } from './nc.ts';
import { ping } from './ping.ts';
import { telnet } from './telnet.ts';
import { wget } from './wget.ts';

export const NETWORK: Readonly<Record<string, Program>> = {
  curl,
  dig,
  getent,
  host,
  httpd,
  ifconfig,
  ip,
  nc,
  netcat: nc,
  netstat,
  nslookup,
  ping,
  route,
  ss: netstat,
  telnet,
  wget,
};
