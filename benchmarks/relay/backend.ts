// What stands behind the relays: `node backend.ts HOST ECHO-PORT SOURCE-PORT`. The source sends without end until its client goes.
import { createServer, type Socket } from 'node:net';

const [host, echoPort, sourcePort] = process.argv.slice(2);
const CHUNK = Buffer.alloc(256 * 1024, 'x');

const quiet = (socket: Socket): Socket => socket.setNoDelay(true).on('error', () => {});

createServer((socket) => quiet(socket).pipe(socket)).listen(Number(echoPort), host);
createServer((socket) => {
  const send = (): void => {
    while (socket.writable && socket.write(CHUNK));
  };
  quiet(socket).on('drain', send);
  send();
}).listen(Number(sourcePort), host);
