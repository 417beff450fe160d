// Runs in a container, on standard Node.js: each line of its input asks for one thing, and each line of its output answers one, in any order.
// {"id": 1, "host": "10.96.0.5", "port": 80, "timeoutMs": 3000} → {"id": 1, "text": …} | {"id": 1, "error": …}
// {"id": 2, "name": "front.chaos.svc.cluster.local", "server": "10.96.0.10"} → the first address
import { Resolver } from 'node:dns/promises';
import { request } from 'node:http';
import { createInterface } from 'node:readline';

function get({ host, port, timeoutMs }) {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host, port, agent: false, signal: AbortSignal.timeout(timeoutMs), headers: { connection: 'close' } },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8');
        answer.on('data', (part) => {
          body += part;
        });
        answer.once('end', () => resolve(body));
        answer.once('error', reject);
      },
    );
    asked.once('error', reject);
    asked.end();
  });
}

async function lookUp({ name, server }) {
  const resolver = new Resolver({ timeout: 2000, tries: 1 });
  resolver.setServers([server]);
  return (await resolver.resolve4(name))[0];
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const answer = (rest) => process.stdout.write(`${JSON.stringify({ id: asked.id, ...rest })}\n`);
  (asked.name === undefined ? get(asked) : lookUp(asked)).then(
    (text) => answer({ text }),
    (error) => answer({ error: error.message }),
  );
}
