// The socket of pg-dump.mjs, in a thread of its own: pg_dump waits for each answer without giving way.
import net from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { host, port, shared, data } = workerData;
const flags = new Int32Array(shared);
const answer = new Uint8Array(data);
let pending = Buffer.alloc(0);
let waiting = false;
const socket = net.connect(port, host);

// An answer is whole when it ends with ReadyForQuery, or is the one byte that answers SSLRequest.
function isWhole() {
  if (pending.length === 1 && (pending[0] === 0x4e || pending[0] === 0x53)) {
    return true;
  }

  let at = 0;
  let ready = false;
  while (at + 5 <= pending.length) {
    const next = at + 1 + pending.readInt32BE(at + 1);
    if (next > pending.length) {
      return false;
    }

    ready = pending[at] === 0x5a;
    at = next;
  }

  return ready && at === pending.length;
}

function give() {
  waiting = false;
  answer.set(pending, 0);
  Atomics.store(flags, 1, pending.length);
  pending = Buffer.alloc(0);
  Atomics.store(flags, 0, 1);
  Atomics.notify(flags, 0);
}

socket.on('data', bytes => {
  pending = Buffer.concat([pending, bytes]);
  if (waiting && isWhole()) {
    give();
  }
});
socket.on('close', () => waiting && give());
parentPort.on('message', bytes => {
  waiting = true;
  if (bytes[0] === 0x58) {
    socket.end(bytes);
    give();
  } else {
    socket.write(bytes);
  }
});
