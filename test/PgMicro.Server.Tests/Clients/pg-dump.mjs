// PostgreSQL's pg_dump, which an npm package carries as WebAssembly, with a socket to a server: pg-dump.mjs HOST PORT DATABASE [SWITCHES].
import fs from 'node:fs';
import { Worker } from 'node:worker_threads';
import { pgDump } from '@electric-sql/pglite-tools/pg_dump';

const [host, port, database, ...switches] = process.argv.slice(2);
const shared = new SharedArrayBuffer(8);
const data = new SharedArrayBuffer(1 << 27);
const flags = new Int32Array(shared);
const socket = new Worker(new URL('./pg-dump-socket.mjs', import.meta.url), { workerData: { host, port: Number(port), shared, data } });
await new Promise(resolve => socket.on('online', resolve));
const pg = {
  execProtocolRawStream(bytes, { onRawData }) {
    Atomics.store(flags, 0, 0);
    socket.postMessage(Buffer.from(bytes));
    if (Atomics.wait(flags, 0, 0, 60_000) === 'timed-out') {
      console.log('the server does not answer');
      process.exit(3);
    }

    onRawData(new Uint8Array(data, 0, flags[1]).slice());
  },
  // What the package does around a dump is of no use here.
  query: async () => ({ rows: [{ search_path: '' }] }),
  exec: async () => {},
};
try {
  const file = await pgDump({ pg, args: ['-d', database, ...switches] });
  const dump = Buffer.from(await file.arrayBuffer());
  // A pipe takes what it has room for.
  for (let at = 0; at < dump.length;) {
    try {
      at += fs.writeSync(1, dump, at);
    } catch (e) {
      if (e.code !== 'EAGAIN') {
        throw e;
      }
    }
  }
} catch (e) {
  console.log(e.message);
}

await socket.terminate();
