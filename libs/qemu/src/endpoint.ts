// SPDX-License-Identifier: Apache-2.0
import { createServer, type Socket } from 'node:net';
import { ForgeError } from '@nexus-forge/process';

/** sun_path of sockaddr_un holds 108 bytes with its terminating zero (unix(7)). */
const PATH_BYTES_MAX = 107;

/** A unix socket on which one peer is awaited. */
export interface Endpoint {
  readonly path: string;
  readonly connected: Promise<Socket>;
  close(): void;
}

/**
 * Listens on a unix socket before QEMU starts, so that QEMU connects to it as soon as it can: there is nothing to
 * poll for. Rejects with a `ForgeError` when the path is in use, too long or not writable.
 */
export function listen(path: string): Promise<Endpoint> {
  if (Buffer.byteLength(path) > PATH_BYTES_MAX) {
    return Promise.reject(
      new ForgeError('the path of a unix socket is too long', {
        expected: `at most ${PATH_BYTES_MAX} bytes`,
        found: `${path} (${Buffer.byteLength(path)} bytes)`,
        fix: 'set TMPDIR to a shorter folder',
      }),
    );
  }
  return new Promise((resolve, reject) => {
    const server = createServer();
    const connected = new Promise<Socket>((accept) => {
      server.once('connection', (socket) => {
        server.close();
        accept(socket);
      });
    });
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(path, error)));
    server.listen(path, () => resolve({ path, connected, close: () => server.close() }));
  });
}

function listenError(path: string, error: NodeJS.ErrnoException): ForgeError {
  if (error.code === 'EADDRINUSE') {
    return new ForgeError(`the unix socket ${path} is already in use`, {
      found: 'another process listens there, or left it behind',
      fix: 'end that process, remove the file, or name another path',
    });
  }
  return new ForgeError(`cannot listen on the unix socket ${path}`, { found: error.message });
}
