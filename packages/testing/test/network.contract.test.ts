import { loopbackNetwork, VirtualNetwork } from '@kubernats/net';
import { networkContract } from '../src/contracts/network.ts';

networkContract('loopback', () => ({
  network: loopbackNetwork(),
  hosts: ['127.77.1.1', '127.77.1.2', '127.77.1.3'],
}));
networkContract('virtual', () => ({
  network: new VirtualNetwork(),
  hosts: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
}));
