import { bare } from './bare.ts';
import { boot } from './boot.ts';
import { compose } from './compose.ts';
import { containerFiles } from './container-files.ts';
import { creates } from './creates.ts';
import { deploymentBenchmark } from './deployment.ts';
import { dns } from './dns.ts';
import { durable } from './durable.ts';
import { endpoints } from './endpoints.ts';
import { gets } from './gets.ts';
import { highAvailability } from './high-availability.ts';
import { idle } from './idle.ts';
import { idleDeployments } from './idle-deployments.ts';
import { large } from './large.ts';
import { lists } from './lists.ts';
import { live } from './live.ts';
import type { Benchmark } from './measurement.ts';
import { pods } from './pods.ts';
import { relay } from './relay.ts';
import { rolling } from './rolling.ts';
import { scale } from './scale.ts';
import { scheduling } from './scheduling.ts';
import { services } from './services.ts';
import { streams } from './streams.ts';
import { volumes } from './volumes.ts';
import { watches } from './watches.ts';

export const BENCHMARKS: readonly Benchmark[] = [
  boot,
  idle,
  containerFiles,
  bare,
  creates,
  durable,
  gets,
  highAvailability,
  lists,
  large,
  watches,
  pods,
  deploymentBenchmark,
  idleDeployments,
  streams,
  live,
  scale,
  rolling,
  scheduling,
  relay,
  endpoints,
  services,
  dns,
  volumes,
  // It needs Docker, and the images of now.
  ...(process.env.KUBERNATS_COMPOSE === '1' ? [compose] : []),
];
