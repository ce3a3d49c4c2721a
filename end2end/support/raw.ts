// HTTP by hand, for requests that a client would tidy up, refuse or never finish.

import { connect } from 'node:net';

/** Sends exactly this and returns the status; the body is only announced, never sent. */
export async function rawStatus(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<number> {
  const { hostname, port, host } = new URL(url);
  const lines = Object.entries({ host, 'content-length': '0', connection: 'close', ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${method} ${path} HTTP/1.1\r\n${head}\r\n`));
    socket.setTimeout(10_000, () => socket.destroy(new Error(`no answer to ${method} ${path}`)));
    let said = '';
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      said += String(chunk);
      const status = /^HTTP\/1\.1 (\d{3})/.exec(said)?.[1];
      if (status) {
        resolve(Number(status));
        socket.destroy();
      }
    });
    socket.on('close', () => reject(new Error(`${method} ${path}: closed without an answer`)));
  });
}
