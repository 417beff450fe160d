import type { Invocation, Program } from '../../process/invocation.ts';

const addressesOf = (run: Invocation): string => run.system.network.ip;

/** `ip addr`, `ip route`, `ip link`: one loopback, one interface with the Pod's address. */
export const ip: Program = async (run) => {
  const [what = 'addr'] = run.args.filter((arg) => !arg.startsWith('-'));
  const own = addressesOf(run);
  if (run.args.includes('-br') || run.args.includes('-brief')) {
    await run.out(`lo               UNKNOWN        127.0.0.1/8\neth0             UP             ${own}/24\n`);
  } else if ('address'.startsWith(what)) {
    await run.out(
      `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n` +
        `2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue qlen 1000\n    inet ${own}/24 scope global eth0\n       valid_lft forever preferred_lft forever\n`,
    );
  } else if ('route'.startsWith(what)) {
    await run.out(`default via ${gatewayOf(own)} dev eth0\n`);
  } else if ('link'.startsWith(what)) {
    await run.out('1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500\n');
  } else {
    await run.err(`ip: "${what}" is not simulated\n`);
    return 1;
  }
  return 0;
};

function gatewayOf(address: string): string {
  return address.replace(/\.\d+$/, '.1');
}

export const ifconfig: Program = async (run) => {
  await run.out(
    `eth0      Link encap:Ethernet\n          inet addr:${addressesOf(run)}  Mask:255.255.255.0\n          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n\n` +
      'lo        Link encap:Local Loopback\n          inet addr:127.0.0.1  Mask:255.0.0.0\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n\n',
  );
  return 0;
};

export const route: Program = async (run) => {
  await run.out(
    `Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\ndefault         ${gatewayOf(addressesOf(run)).padEnd(15)} 0.0.0.0         UG    0      0        0 eth0\n`,
  );
  return 0;
};

/** Which ports are open is known to the node, and not in here: that is said rather than an empty list shown. */
export const netstat: Program = async (run) => {
  await run.err(`${run.name}: open sockets are not simulated. Try a port: nc -zv localhost PORT\n`);
  return 1;
};
