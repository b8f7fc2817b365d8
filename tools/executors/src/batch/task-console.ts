// SPDX-License-Identifier: Apache-2.0
import { AsyncLocalStorage } from 'node:async_hooks';
import { Console } from 'node:console';
import { Writable } from 'node:stream';

type Stream = 'stdout' | 'stderr';
type Sink = (text: string, stream: Stream) => void;

/** Where the console of the task that is speaking goes to; nowhere special outside any task. */
const speaking = new AsyncLocalStorage<Sink>();

/**
 * From here on, what a task prints by `console` goes to that task, however many run at once; what no task prints
 * goes where it went before. Returns what takes this back.
 */
export function routeConsole(): () => void {
  const before = globalThis.console;
  globalThis.console = new Console({ stdout: routed('stdout'), stderr: routed('stderr') });
  return () => {
    globalThis.console = before;
  };
}

/** Runs `work`, with `sink` for all it prints, whatever calls it back. */
export function withSink<T>(sink: Sink, work: () => Promise<T>): Promise<T> {
  return speaking.run(sink, work);
}

function routed(stream: Stream): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      const sink = speaking.getStore();
      if (sink) sink(chunk, stream);
      else process[stream].write(chunk);
      done();
    },
  });
}
