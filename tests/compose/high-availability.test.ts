// Two or three of everything in containers, any one of which may be killed.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ComposeCluster, composeCluster } from './compose-cluster.ts';

const NODES = 3;
const LEADERS = ['scheduler', 'controller-manager', 'volume-controller'];

let cluster: ComposeCluster;

beforeAll(async () => {
  cluster = await composeCluster({ COMPOSE_FILE: 'compose.yaml:compose.ha.yaml' });
  await cluster.sh('docker compose up --detach');
  await ready();
});

afterAll(() => cluster[Symbol.asyncDispose]());

const ready = () => cluster.until(`kubectl get nodes --no-headers | awk '$2 == "Ready"' | wc -l`, String(NODES));

/** Kills containers while somebody writes by the published port; all that was acknowledged is there then, and a new Deployment comes about. */
async function without(name: string, break_: string): Promise<void> {
  const { sh } = cluster;
  await sh(`write() { kubectl create configmap ${name}-$1 --request-timeout=20s >/dev/null && echo ${name}-$1; }
    for n in 1 2 3; do write $n; done >$PWD/.kubernats/compose/written
    (${break_}) >/dev/null
    for n in 4 5 6; do until write $n; do :; done; done >>$PWD/.kubernats/compose/written
    kubectl create deployment ${name} --image=kubernats/echo --port=8080 --replicas=2
    kubectl rollout status deployment/${name} --timeout=180s
    for each in $(cat $PWD/.kubernats/compose/written); do kubectl get configmap $each; done
    docker compose start`);
  await ready();
}

test('R2: each component has one leader, and that one may be killed', async () => {
  const leaders: string[] = [];
  for (const service of LEADERS) {
    // Replicas of one name would both lead.
    const leading = `docker compose logs ${service} | grep 'became the leader' | grep --only-matching --extended-regexp '${service}-[0-9]+' | sort --unique`;
    const containers = (await cluster.sh(leading)).trim().split('\n');
    expect(containers).toHaveLength(1);
    leaders.push(...containers);
  }
  await without('leaders', `for each in ${leaders.join(' ')}; do docker kill $COMPOSE_PROJECT_NAME-$each; done`);
});

test.each(['nats-2', 'apiserver'])('R2: %s may be killed', (service) => without(service, `docker compose kill ${service}`));

test('R2: a nats-server that is told to stop hands over first', () => without('stopped', 'docker compose stop nats-3'));
