export { anyipNetwork } from './adapters/anyip.ts';
export { loopbackNetwork } from './adapters/loopback.ts';
export { addressTowards, machineAddresses } from './adapters/own-address.ts';
export {
  VirtualNetwork,
  type VirtualNetworkOptions,
} from './adapters/virtual.ts';
export {
  type AddressPlan,
  addressPlan,
  type NetworkKind,
  nodeAddress,
  SLOT_COUNT,
} from './addresses.ts';
export {
  type Cidr,
  cidrAddress,
  cidrContains,
  cidrCovers,
  formatCidr,
  ipToNumber,
  isCidr,
  isIp,
  numberToIp,
  parseCidr,
  subnet,
  subnetCount,
} from './cidr.ts';
export { finish } from './finish.ts';
export * from './port.ts';
export { refusalText } from './refusal.ts';
