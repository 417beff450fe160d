import { lookup } from 'node:dns/promises';
import { cidrContains, isIp } from '@kubernats/net';
import { Failure } from '../failure.ts';

export interface NatsAddress {
  url: string;
  host: string;
  port: number;
}

const NATS_PORT = 4222;

/** Where a NATS URL leads. Throws a Failure for what is none. */
export function natsAddress(text: string): NatsAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['tls:', 'nats:'].includes(url.protocol) || url.hostname === '') {
    throw new Failure(`${text} is not the URL of a NATS server, such as tls://10.0.0.1:${NATS_PORT}`, 2);
  }
  const port = url.port === '' ? NATS_PORT : Number(url.port);
  return { url: `${url.protocol}//${url.hostname}:${port}`, host: url.hostname, port };
}

/** How a machine that has joined speaks to it. */
export const secured = ({ host, port }: NatsAddress): string => `tls://${host}:${port}`;

/** Throws a Failure for a server on a loopback address: a cluster there has its nodes there too, and other machines' Pods reach none of them. */
export async function refuseLoopback({ url, host }: NatsAddress): Promise<void> {
  const addresses = isIp(host) ? [host] : await addressesOf(url, host);
  if (!addresses.some((address) => cidrContains('127.0.0.0/8', address))) return;
  throw new Failure(
    `${url} is on a loopback address, which each machine has for itself: nobody joins a cluster there.\n` +
      'Start the cluster with an address that other machines reach: ./kubernats up --address IP',
    2,
  );
}

async function addressesOf(url: string, host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true, family: 4 })).map(({ address }) => address);
  } catch (error) {
    throw new Failure(`${url}: ${host} is not known to this machine (${error instanceof Error ? error.message : String(error)})`);
  }
}
