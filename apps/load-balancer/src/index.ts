export { HEALTH_DEFAULTS, type HealthConfig, type LoadBalancerConfig } from './config.ts';
export { createLoadBalancer, type LoadBalancer, type LoadBalancerDeps } from './load-balancer.ts';
export { withdrawAll } from './withdraw.ts';
