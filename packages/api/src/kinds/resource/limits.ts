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
