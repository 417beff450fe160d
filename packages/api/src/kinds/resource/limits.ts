/** How much of it there may be. Source: the constants of the API reference of resource.k8s.io/v1. */
export const LISTED_MAX = 32;
export const ALTERNATIVES_MAX = 8;
export const TOLERATIONS_MAX = 16;
export const EXPRESSION_BYTES_MAX = 10 * 1024;
export const PARAMETERS_BYTES_MAX = 10 * 1024;
export const POOL_NAME_BYTES_MAX = 253;
export const DEVICES_MAX = 128;
/** Where devices have taints or consume counters. */
export const ELABORATE_DEVICES_MAX = 64;
export const COUNTER_SETS_MAX = 8;
export const ATTRIBUTES_AND_CAPACITIES_MAX = 32;
export const ATTRIBUTE_BYTES_MAX = 64;
export const IDENTIFIER_BYTES_MAX = 32;
export const COUNTERS_MAX = 32;
export const CONSUMED_COUNTER_SETS_MAX = 2;
export const BINDING_CONDITIONS_MAX = 4;
export const VALID_VALUES_MAX = 10;
export const DEVICE_CONDITIONS_MAX = 8;
export const DEVICE_DATA_BYTES_MAX = 10 * 1024;
export const INTERFACE_NAME_BYTES_MAX = 256;
export const HARDWARE_ADDRESS_BYTES_MAX = 128;
export const DEVICE_ADDRESSES_MAX = 16;
