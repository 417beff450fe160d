import { readFileSync } from 'node:fs';

/** The first port that the kernel gives to ordinary users. */
export const FIRST_OPEN_PORT = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));

/** Whether a cluster of whoever runs the tests may open ports such as 80 and 443. */
export const mayOpenLowPorts = process.getuid?.() === 0 || FIRST_OPEN_PORT <= 80;
