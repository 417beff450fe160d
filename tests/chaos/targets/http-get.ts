import { request } from 'node:http';

/** The body of `GET /` on a connection of its own. */
export function httpGet(host: string, port: number, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, signal, agent: false, headers: { connection: 'close' } }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        body += part;
      });
      answer.once('end', () => resolve(body));
      answer.once('error', reject);
    });
    asked.once('error', reject);
    asked.end();
  });
}
