/** A policy or a binding that cannot be followed as it is. */
export class ConfigurationError extends Error {}
